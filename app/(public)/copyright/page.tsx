import type { Metadata } from "next";
import { DeskEmail } from "#components/site/desk-email.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";

export const metadata: Metadata = { title: "Copyright" };

export default function Copyright() {
  return (
    <Narrow>
      <PageHeading title="Copyright" />
      <p>
        Crown copyright ©. The text of this portal's public pages is licensed under the{" "}
        <a href="https://creativecommons.org/licenses/by/4.0/" rel="license">
          Creative Commons Attribution 4.0 International licence (CC BY 4.0)
        </a>
        . You may copy, share and adapt it for any purpose, as long as you name the Ministry of Foreign Affairs and
        Trade as its source, link to the licence, and say what you changed.
      </p>
      <h2>What the licence does not cover</h2>
      <ul>
        <li>Names, logos and emblems of the Ministry or of any other agency.</li>
        <li>
          Applications and everything else you have to sign in to see. They carry protective markings, and we use them
          only for the fund's work.
        </li>
        <li>Material marked as belonging to somebody else. Ask them for permission.</li>
      </ul>
      <p>
        If you are not sure, ask <DeskEmail />.
      </p>
    </Narrow>
  );
}
