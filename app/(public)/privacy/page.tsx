import type { Metadata } from "next";
import { DeskEmail } from "#components/site/desk-email.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";

export const metadata: Metadata = { title: "Privacy" };

export default function Privacy() {
  return (
    <Narrow>
      <PageHeading title="Privacy">What this portal knows about people, why, and who sees it</PageHeading>
      <p>
        The Ministry of Foreign Affairs and Trade (MFAT) runs this portal and is responsible for the personal
        information in it, under the Privacy Act 2020. You can read the public pages without telling us who you are.
      </p>
      <h2>What we collect, and why</h2>
      <ul>
        <li>
          <strong>Your account</strong>: name, work email address, agency and roles, so that you can sign in and see
          only what you need for your work.
        </li>
        <li>
          <strong>What you do here</strong>: each step you take and when, and each sign-in with its network address, so
          that we can account for public money and notice misuse. Nobody can change this record.
        </li>
        <li>
          <strong>What you write</strong>: answers, assessments, decisions and reasons, as part of the record of an
          application.
        </li>
        <li>
          <strong>People named in applications</strong>, such as a finance contact: their names and how to reach them.
          The agency must tell them first, as information privacy principle 3A requires.
        </li>
      </ul>
      <p>
        You do not have to give us any of this, but without it we cannot give you an account or consider an application.
      </p>
      <h2>Who sees it</h2>
      <ul>
        <li>People in your agency with an account see your agency's applications and who acted on them.</li>
        <li>MFAT staff who work on the fund see applications and who did what.</li>
        <li>Other agencies see nothing of yours.</li>
        <li>
          We pass on what the law requires, for example under the Official Information Act 1982, after considering your
          privacy.
        </li>
      </ul>
      <p>We never sell it, and no other website or service measures your visit.</p>
      <h2>Email</h2>
      <p>
        The portal emails you a code to sign in, tells you when you need to do something, and tells you about outcomes.
        It keeps the text of these emails, except the code, and whether each was sent.
      </p>
      <h2 id="cookies">Cookies</h2>
      <p>
        When you first visit, the portal sets one cookie. It remembers for 30 days that your browser already has the
        portal’s styles, so that pages appear sooner. The portal sets other cookies only when you sign in, and only
        these:
      </p>
      <ul>
        <li>
          one that recognises your browser for 180 days, so that a code works only in the browser that asked for it, and
          nobody else can use up your codes;
        </li>
        <li>one that keeps you signed in until you sign out or your session ends;</li>
        <li>one that remembers which page to show you after that;</li>
        <li>one for each list that remembers how you last filtered it, until you close your browser.</li>
      </ul>
      <p>They do not follow you to other websites, and no other website sets any here.</p>
      <h2>What you type and have not sent</h2>
      <p>
        So that nothing you type is lost, we keep it for you until you send the form, for 90 days at most. Nobody else
        sees it. Your browser keeps anything that could not be saved yet, encrypted so that only you can read it after
        signing in.
      </p>
      <h2>How long we keep it</h2>
      <p>
        Applications and the record of what was done are public records. We keep and dispose of them under the Public
        Records Act 2005, and delete nothing before that Act allows it.
      </p>
      <h2>To see or correct your information</h2>
      <p>
        Your account page shows your name, address and roles. To ask for anything else that we hold about you, or to
        have it corrected, email <DeskEmail />. We answer as soon as we can, and within 20 working days.
      </p>
      <p>
        If you are not satisfied, you can complain to the{" "}
        <a href="https://www.privacy.org.nz/">Office of the Privacy Commissioner</a>.
      </p>
    </Narrow>
  );
}
