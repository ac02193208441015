import type { Metadata } from "next";
import { DeskEmail } from "#components/site/desk-email.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";

export const metadata: Metadata = { title: "Reporting a security weakness" };

export default function Security() {
  return (
    <Narrow>
      <PageHeading title="Reporting a security weakness" />
      <p>
        If you think you have found a weakness in this portal, please tell us before you tell anybody else. We are
        grateful for every report made in good faith.
      </p>
      <h2>How to report</h2>
      <p>
        Email <DeskEmail /> with “Security” in the subject. Say which page or address it is about, what you did, what
        happened and what somebody could do with it. Leave out other people's information. You can also report to the{" "}
        <a href="https://www.ncsc.govt.nz/">National Cyber Security Centre</a>.
      </p>
      <h2>What we do</h2>
      <ul>
        <li>We acknowledge your report within 3 working days.</li>
        <li>We look into it, tell you what we found, and keep you informed until it is put right.</li>
      </ul>
      <h2>What we ask of you</h2>
      <ul>
        <li>Use only accounts that are yours, and stop as soon as you see anything that belongs to somebody else.</li>
        <li>Do not change or keep what you find, and do not slow the portal down for others.</li>
        <li>Do not try to trick people or get into buildings.</li>
        <li>Give us time to put it right before you publish.</li>
      </ul>
      <p>
        A short version for software to read: <a href="/.well-known/security.txt">security.txt</a> (text, under 1 kB).
      </p>
    </Narrow>
  );
}
