import type { Metadata } from "next";
import { NotFoundWords } from "#components/site/not-found-words.tsx";
import { deskEmail } from "#lib/fund/queries.ts";

export const metadata: Metadata = { title: "Page not found" };

/** The same page whether something does not exist or the reader may not know that it does. */
export default function NotFound() {
  return <NotFoundWords email={deskEmail()} />;
}
