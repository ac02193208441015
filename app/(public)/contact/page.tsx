import type { Metadata } from "next";
import { DeskEmail } from "#components/site/desk-email.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";

export const metadata: Metadata = { title: "Contact" };

export default function Contact() {
  return (
    <Narrow>
      <PageHeading title="Contact" />
      <p>
        The Pacific Security Fund desk at the Ministry of Foreign Affairs and Trade answers questions about the fund,
        applications and this portal.
      </p>
      <p>
        Email <DeskEmail />. We acknowledge every email within 3 working days. If it is about an application, put its
        reference (it looks like PSF-2026-0042) in the subject.
      </p>
      <h2>What not to send by email</h2>
      <p>
        Do not email us anything marked above IN-CONFIDENCE. Tell us that you have something to send, and we will agree
        on how to send it.
      </p>
      <h2>If you cannot sign in</h2>
      <p>
        Accounts are for people at New Zealand government agencies that may apply, and for MFAT's own staff. Email us
        from your agency address. Tell us who you are, and whether you write applications or sign them off.
      </p>
      <h2>Other matters</h2>
      <ul>
        <li>
          <a href="/security">Report a security weakness</a> in the portal.
        </li>
        <li>
          <a href="/privacy">See or correct the information</a> that we hold about you.
        </li>
        <li>
          <a href="/accessibility">Tell us about a page you cannot use</a>, or get the information another way.
        </li>
        <li>
          For anything else about the Ministry, go to <a href="https://www.mfat.govt.nz/">mfat.govt.nz</a>.
        </li>
      </ul>
    </Narrow>
  );
}
