import type { Metadata } from "next";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";

export const metadata: Metadata = { title: "Accessibility" };

export default function Accessibility() {
  return (
    <Narrow>
      <PageHeading title="Accessibility" />
      <p>
        Everybody whose work needs this portal should be able to use it. We build it to the New Zealand Government Web
        Accessibility Standard 1.2, which means the Web Content Accessibility Guidelines (WCAG) 2.2 at level AA, on the
        public pages and on those behind the sign-in.
      </p>
      <h2>What that means here</h2>
      <ul>
        <li>Everything works with a keyboard alone, and you can see where you are.</li>
        <li>You can zoom to 200%, or use a screen 320 pixels wide, without losing anything.</li>
        <li>Everything works with JavaScript switched off.</li>
        <li>Forms say what is wrong in words, at the top and beside the answer, and keep what you typed.</li>
        <li>No meaning is told by colour alone. Every chart has its figures beside it as text or a table.</li>
        <li>Nothing moves or makes a sound by itself.</li>
        <li>Every page prints on A4 in black on white.</li>
      </ul>
      <h2>How we check</h2>
      <p>
        Each change to the portal is tested automatically for accessibility before it is released. Such tests find only
        some of the barriers, so we also rely on people who tell us.
      </p>
      <h2>Tell us</h2>
      <p>
        If something here does not work for you, or you need information another way (large print, in an email, by
        telephone), write to <a href="mailto:psf@mfat.govt.nz">psf@mfat.govt.nz</a>. Say which page it is about and, if
        you can, what software you use. We acknowledge it within 3 working days. If a barrier keeps you from applying,
        tell us before the round closes.
      </p>
    </Narrow>
  );
}
