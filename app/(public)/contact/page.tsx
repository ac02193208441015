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
          A weakness in the portal's security: <a href="/security">how to report it</a>.
        </li>
        <li>
          Your own information: <a href="/privacy">how to see it and have it corrected</a>.
        </li>
        <li>
          A page you cannot use: <a href="/accessibility">tell us, and get the information another way</a>.
        </li>
        <li>
          Everything else about the Ministry: <a href="https://www.mfat.govt.nz/">mfat.govt.nz</a>.
        </li>
      </ul>
    </Narrow>
  );
}
