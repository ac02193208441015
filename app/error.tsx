"use client";

import { SomethingWentWrong } from "../components/something-went-wrong.tsx";

/** An error of a page: the header and footer stay. */
export default function PageError({ error }: { error: Error & { digest?: string } }) {
  return <SomethingWentWrong id={error.digest} />;
}
