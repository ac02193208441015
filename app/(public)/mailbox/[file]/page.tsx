import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PageHeading } from "#components/site/page-heading.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { formatInstant } from "#lib/platform/dates.ts";
import { env } from "#lib/platform/env.ts";
import { findReceived } from "#lib/platform/mailbox.ts";

export const metadata: Metadata = { title: "Demonstration email" };

export default async function Page({ params }: { params: Promise<{ file: string }> }) {
  const { file } = await params;
  const mail = await findReceived(file);
  if (!mail) notFound();
  return (
    <>
      <BackLink href={`/mailbox?${new URLSearchParams({ to: mail.to })}`}>Mail to {mail.to}</BackLink>
      <PageHeading title={mail.subject} caption="Demonstration mailbox" />
      <SummaryList
        rows={[
          { key: "From", value: mail.from },
          { key: "To", value: mail.to },
          { key: "Subject", value: mail.subject },
          { key: "Date", value: mail.date && formatInstant(mail.date) },
          { key: "Message-ID", value: mail.messageId },
        ]}
      />
      <pre className="app-source">{linked(mail.text)}</pre>
      <p>
        <a href={`/mailbox/${file}/download`} download>
          Download the email as it was sent (EML)
        </a>
      </p>
    </>
  );
}

/** The text, in which addresses of this portal become links; other addresses stay text. */
function linked(text: string) {
  const parts = text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,:;!?)])/);
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text keep their order
  return parts.map((part, index) => <Part key={index} part={part} />);
}

function Part({ part }: { part: string }) {
  const { BASE_URL } = env();
  return part.startsWith(`${BASE_URL}/`) ? <a href={part.slice(BASE_URL.length)}>{part}</a> : part;
}
