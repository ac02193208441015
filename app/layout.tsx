import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { SiteFooter } from "#components/site/site-footer.tsx";
import { SiteHeader } from "#components/site/site-header.tsx";
import { SkipLink } from "#components/ui/navigation.tsx";
import { currentActor } from "#lib/auth/session.ts";
import { isFailed } from "#lib/web/action.ts";
import "./app.scss";

export async function generateMetadata(): Promise<Metadata> {
  const prefix = (await isFailed()) ? "Error: " : "";
  return {
    title: { default: `${prefix}Pacific Security Fund`, template: `${prefix}%s – Pacific Security Fund` },
    description: "The portal through which New Zealand government agencies apply to the Pacific Security Fund.",
    formatDetection: { telephone: false },
    icons: { icon: { url: "/icon.svg", type: "image/svg+xml" }, apple: "/apple-touch-icon.png" },
    manifest: "/manifest.webmanifest",
  };
}

export const viewport: Viewport = { themeColor: "#06263a" };

export default async function Layout({ children }: { children: ReactNode }) {
  await connection(); // every page is made for its request: the nonce of its scripts needs that
  const actor = await currentActor();
  const path = (await headers()).get("x-path") ?? "";
  return (
    <html lang="en-NZ" className="govuk-template">
      <body className="govuk-template__body">
        <SkipLink />
        <SiteHeader actor={actor} path={path.split("?")[0] ?? ""} />
        <main className="app-main app-wrap" id="main" tabIndex={-1}>
          {children}
        </main>
        <SiteFooter />
      </body>
    </html>
  );
}
