import nodemailer, { type Transporter } from "nodemailer";
import { env } from "./env.ts";

let transport: { url: string; mailer: Transporter } | undefined;

/** The connections of this process to the mail server, replaced when its address changes. */
export function mailer(): Transporter {
  const url = env().SMTP_URL;
  if (transport?.url !== url) {
    transport?.mailer.close();
    transport = {
      url,
      mailer: nodemailer.createTransport({
        url,
        pool: true,
        maxConnections: 2,
        connectionTimeout: 10_000,
        greetingTimeout: 10_000,
        socketTimeout: 30_000,
      }),
    };
  }
  return transport.mailer;
}

/** Connects and signs in to a mail server, then disconnects. @throws if it does not answer in time, or refuses */
export async function tryMailServer(url: string, waitMs: number): Promise<void> {
  const limits = { connectionTimeout: waitMs, greetingTimeout: waitMs, socketTimeout: waitMs };
  const transporter = nodemailer.createTransport({ url, ...limits });
  try {
    await transporter.verify();
  } finally {
    transporter.close();
  }
}
