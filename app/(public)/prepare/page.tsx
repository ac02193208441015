import type { Metadata } from "next";
import { AnnouncedCriteria } from "#components/rounds/announced.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { readPublicFigures } from "#lib/fund/figures/queries.ts";
import { spanWords } from "#lib/fund/figures/rules.ts";
import { listOpenCriteria, type RoundCriteria } from "#lib/fund/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { ASSESSMENT_DAYS } from "#lib/platform/working-days.ts";
import { usualDays, usualDecisionDays } from "#lib/work/rules.ts";

export const metadata: Metadata = { title: "Prepare your application" };
/** The build has no database, so this page is not rendered then. */
export const dynamic = "force-dynamic";

/** What to prepare, how applications are scored, how long it takes, and the blank form. */
export default async function Page() {
  const [criteria, { writingDays, decisionDays }] = await Promise.all([listOpenCriteria(now()), readPublicFigures()]);
  return (
    <Narrow>
      <BackLink href="/">Pacific Security Fund</BackLink>
      <PageHeading title="Prepare your application" />
      <nav aria-label="On this page">
        <ul>
          <li>
            <a href="#what-to-prepare">What to prepare</a>
          </li>
          <li>
            <a href="#criteria">How we score applications</a>
          </li>
          <li>
            <a href="#how-long">How long it takes</a>
          </li>
          <li>
            <a href="#blank-form">The blank application form</a>
          </li>
        </ul>
      </nav>
      <WhatToPrepare />
      <Criteria groups={criteria} />
      <HowLong writingDays={writingDays} decisionDays={decisionDays} />
      <section id="blank-form">
        <h2>The blank application form</h2>
        <p>
          It has every question with its hints, word limits and options. Use it to collect answers from colleagues and
          partners. You apply in the portal.
        </p>
        <p>
          <a href="/application-form">Download the blank application form (PDF, about 60 kB)</a>
        </p>
      </section>
    </Narrow>
  );
}

function WhatToPrepare() {
  return (
    <section id="what-to-prepare">
      <h2>What to prepare</h2>
      <p>Have these ready before you start:</p>
      <ul>
        <li>the Pacific partner organisation, a contact there, what they asked for, and a letter of support</li>
        <li>the security threat or gap, and why it matters to your partner and to New Zealand</li>
        <li>what you will do, where, and by when</li>
        <li>the results you expect, each with an indicator, a starting point and a target</li>
        <li>a budget in New Zealand dollars, GST exclusive, for each financial year (1 July to 30 June)</li>
        <li>the main risks, and how you will manage them</li>
        <li>whether it counts as official development assistance (ODA)</li>
        <li>the name of your certifier and of a finance contact.</li>
      </ul>
      <p>Tell the people outside your agency that you will name them in the application.</p>
    </section>
  );
}

function Criteria({ groups }: { groups: readonly RoundCriteria[] }) {
  return (
    <section id="criteria">
      <h2>How we score applications</h2>
      <p>At least two assessors score each application from 0 to 4 on each criterion.</p>
      {groups.length === 0 && <p>No round is open at the moment. Each round has its own criteria.</p>}
      {groups.map((group) => (
        <AnnouncedCriteria key={group.names.join()} {...group} />
      ))}
    </section>
  );
}

type HowLongProps = { writingDays: number | null; decisionDays: number | null };

function HowLong({ writingDays, decisionDays }: HowLongProps) {
  return (
    <section id="how-long">
      <h2>How long it takes</h2>
      <p>
        {writingDays
          ? `Writing: half of the agencies took ${spanWords(writingDays)} or less from starting an application to submitting it.`
          : "Writing: you can stop at any time and come back. The portal saves your answers as you type."}{" "}
        Allow your certifier about {usualDays("signOffAndSubmit")} working days to sign it off.
      </p>
      <p>
        {decisionDays
          ? `Decision: half of the applications had a decision within ${spanWords(decisionDays)} of being submitted.`
          : `Decision: our steps usually take ${usualDecisionDays(ASSESSMENT_DAYS)} working days from the day you submit.`}
      </p>
      <p>If we make an offer, the letter tells you the last day for your certifier to accept it.</p>
    </section>
  );
}
