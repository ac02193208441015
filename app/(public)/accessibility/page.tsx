import type { Metadata } from "next";
import { DeskEmail } from "#components/site/desk-email.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";

export const metadata: Metadata = { title: "Accessibility" };

export default function Accessibility() {
  return (
    <Narrow>
      <PageHeading title="Accessibility" />
      <p>
        Everyone who needs this portal for their work should be able to use it. We build it to the New Zealand
        Government Web Accessibility Standard 1.2, which means the Web Content Accessibility Guidelines (WCAG) 2.2 at
        level AA, on the public pages and on those you sign in to see.
      </p>
      <h2>What that means here</h2>
      <ul>
        <li>Everything works with a keyboard alone, and you can see where you are.</li>
        <li>You can zoom to 200%, or use a screen 320 pixels wide, without losing anything.</li>
        <li>Everything works with JavaScript switched off.</li>
        <li>Forms say what went wrong in words, at the top and next to the answer, and keep what you typed.</li>
        <li>We never use colour alone to show meaning. Every chart also gives its figures as text or a table.</li>
        <li>Nothing moves or plays a sound until you ask for it.</li>
        <li>Every page prints in black and white on A4.</li>
      </ul>
      <h2>How we check</h2>
      <p>
        We test every change to the portal automatically for accessibility before we release it. These tests find only
        some barriers, so please tell us about any others.
      </p>
      <h2>Tell us</h2>
      <p>
        If something here does not work for you, or you need information another way (in large print, by email or by
        telephone), email <DeskEmail />. Tell us which page it is about and, if you can, what software you use. We
        acknowledge your email within 3 working days. If a barrier stops you from applying, tell us before the round
        closes.
      </p>
    </Narrow>
  );
}
