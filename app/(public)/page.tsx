import type { Metadata } from "next";
import { AnnouncedRounds } from "#components/rounds/announced.tsx";
import { DeskEmail } from "#components/site/desk-email.tsx";
import { Horizon } from "#components/site/horizon.tsx";
import { LinkButton } from "#components/ui/buttons.tsx";
import { currentActor } from "#lib/auth/session.ts";
import { type PublicFigures, readPublicFigures } from "#lib/fund/figures/queries.ts";
import { spanWords } from "#lib/fund/figures/rules.ts";
import { listAnnouncedRounds, type OpenRound } from "#lib/fund/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf, formatDay } from "#lib/platform/dates.ts";
import { formatCents } from "#lib/platform/money.ts";
import { ASSESSMENT_DAYS, addWorkingDays, workingDayFrom } from "#lib/platform/working-days.ts";
import { usualDecisionDays } from "#lib/work/rules.ts";

export const metadata: Metadata = { title: { absolute: "Pacific Security Fund" } };
/** The build has no database, so this page is not rendered then. */
export const dynamic = "force-dynamic";

export default async function Home() {
  const [actor, rounds, figures] = await Promise.all([currentActor(), listAnnouncedRounds(now()), readPublicFigures()]);
  return (
    <>
      <section className="app-bleed home-hero">
        <div className="app-wrap">
          <p className="home-ministry">
            Ministry of Foreign Affairs and Trade <span lang="mi">Manatū Aorere</span>
          </p>
          <h1>Pacific Security Fund</h1>
          <p className="home-lede">
            Funding for New Zealand government agencies that work with Pacific countries on the security of their
            people, borders, skies and seas.
          </p>
          <p className="home-actions">
            {actor ? (
              <LinkButton href={actor.side === "AGENCY" ? "/home" : "/work"}>Go to your work</LinkButton>
            ) : (
              <LinkButton href="/sign-in">Sign in to apply</LinkButton>
            )}
            <a href="/prepare">Prepare your application</a>
          </p>
        </div>
        <Horizon />
      </section>
      <div className="app-wrap home-body">
        <Contents hasAwards={figures.awards !== null} />
        <div className="home-pair">
          <PaysFor />
          <WhoMayApply />
        </div>
        <div className="home-pair">
          <Rounds rounds={rounds} decisionDays={figures.decisionDays} />
          {figures.awards && <Awards awards={figures.awards} />}
        </div>
        <HowItWorks />
        <div className="home-pair">
          <Prepare />
          <Questions />
        </div>
      </div>
    </>
  );
}

function Contents({ hasAwards }: { hasAwards: boolean }) {
  return (
    <nav aria-label="On this page" className="home-contents">
      <ul>
        <li>
          <a href="#pays-for">What the fund pays for</a>
        </li>
        <li>
          <a href="#who-may-apply">Who may apply</a>
        </li>
        <li>
          <a href="#rounds">Rounds and decisions</a>
        </li>
        {hasAwards && (
          <li>
            <a href="#awards">Past awards</a>
          </li>
        )}
        <li>
          <a href="#how-it-works">How it works</a>
        </li>
        <li>
          <a href="#prepare">Prepare your application</a>
        </li>
        <li>
          <a href="#questions">Questions</a>
        </li>
      </ul>
    </nav>
  );
}

function PaysFor() {
  return (
    <section id="pays-for">
      <h2>What the fund pays for</h2>
      <p>
        The fund helps Pacific Island countries deal with security threats that could also harm New Zealand. It pays for
        training, technical advice, goods and services, for one-off work or urgent needs. It was set up in 2003, is run
        by the Ministry of Foreign Affairs and Trade (MFAT), and has about $2.7 million a year.
      </p>
      <p>For example, it has paid for:</p>
      <ul>
        <li>better aviation security, including training and equipment</li>
        <li>help for Pacific countries to meet international codes for ships and ports</li>
        <li>ethical leadership training from the New Zealand Defence Force.</li>
      </ul>
      <p>
        It works within the <cite>Boe Declaration on Regional Security</cite> of 2018, in which Pacific Islands Forum
        leaders agreed what security means for their region.
      </p>
      <h3>What it does not pay for</h3>
      <ul>
        <li>work that is not for the security of a Pacific Island country</li>
        <li>work that no organisation in the Pacific has asked for or agreed to</li>
        <li>work that your agency will not be responsible for, although others may do some of it.</li>
      </ul>
    </section>
  );
}

function WhoMayApply() {
  return (
    <section id="who-may-apply">
      <h2>Who may apply</h2>
      <p>
        New Zealand government agencies: police, customs, immigration, defence, transport, justice, and any other whose
        skills a Pacific partner has asked for.
      </p>
      <p>Two people in an agency share the work, each with an account:</p>
      <ul>
        <li>a contributor writes the application, and later reports on the initiative</li>
        <li>a certifier signs it off and submits it, and accepts the offer.</li>
      </ul>
      <p>
        If your agency has no accounts yet, or your application would hold information above IN-CONFIDENCE,{" "}
        <a href="/contact">contact the fund desk</a>.
      </p>
    </section>
  );
}

const STEPS = [
  {
    title: "Apply",
    text: "Tell us what is needed, who the Pacific partner is, what you will do and what it will cost.",
  },
  { title: "Sign off", text: "Your certifier checks the application and submits it before the round closes." },
  {
    title: "Review",
    text: "MFAT checks that your application can be considered, and at least two assessors score it.",
  },
  { title: "Decide", text: "One person at MFAT recommends, another checks the year’s budget, and a third decides." },
  { title: "Start", text: "Your certifier accepts the offer, and the funding arrangement starts." },
  {
    title: "Report and close",
    text: "You report on results, claim what you spend, and submit a final account of spending.",
  },
];

function HowItWorks() {
  return (
    <section id="how-it-works" className="home-how">
      <h2>How it works</h2>
      <ol className="home-steps">
        {STEPS.map((step) => (
          <li key={step.title}>
            <h3>{step.title}</h3>
            <p>{step.text}</p>
          </li>
        ))}
      </ol>
      <p>When something changes, the portal emails the people involved and tells them who needs to act next.</p>
    </section>
  );
}

type RoundsProps = { rounds: readonly OpenRound[]; decisionDays: number | null };

function Rounds({ rounds, decisionDays }: RoundsProps) {
  return (
    <section id="rounds">
      <h2>Rounds and decisions</h2>
      {rounds.length === 0 ? (
        <p className="app-empty">No round is open at the moment. We will announce the next one here.</p>
      ) : (
        <AnnouncedRounds rounds={rounds} at={now()} decision={(closesAt) => decisionWords(closesAt, decisionDays)} />
      )}
    </section>
  );
}

/** When to expect a decision: from past decisions, or from how long our steps usually take. */
function decisionWords(closesAt: Date | null, decisionDays: number | null): string {
  const workingDays = usualDecisionDays(ASSESSMENT_DAYS);
  if (!closesAt) {
    return `Decision about ${decisionDays ? spanWords(decisionDays) : `${workingDays} working days`} after you submit`;
  }
  const closing = dayOf(closesAt);
  const day = decisionDays ? workingDayFrom(addDays(closing, decisionDays)) : addWorkingDays(closing, workingDays);
  return `Decisions expected around ${formatDay(day)}`;
}

function Awards({ awards }: { awards: NonNullable<PublicFigures["awards"]> }) {
  return (
    <section id="awards">
      <h2>Past awards</h2>
      <dl className="home-awards">
        <div>
          <dt>Smallest</dt>
          <dd>{formatCents(awards.leastCents)}</dd>
        </div>
        <div>
          <dt>Middle</dt>
          <dd>{formatCents(awards.middleCents)}</dd>
        </div>
        <div>
          <dt>Largest</dt>
          <dd>{formatCents(awards.mostCents)}</dd>
        </div>
      </dl>
      <p className="app-note">
        These are the amounts of {awards.count} offers that agencies accepted in the last three years. Half of them were
        the middle amount or less.
      </p>
    </section>
  );
}

function Prepare() {
  return (
    <section id="prepare">
      <h2>Prepare your application</h2>
      <p>Before you start, read:</p>
      <ul>
        <li>
          <a href="/prepare#what-to-prepare">what to prepare</a>
        </li>
        <li>
          <a href="/prepare#criteria">how we score applications</a>
        </li>
        <li>
          <a href="/prepare#how-long">how long it takes</a>
        </li>
        <li>
          <a href="/prepare#blank-form">the blank application form</a>.
        </li>
      </ul>
    </section>
  );
}

function Questions() {
  return (
    <section id="questions">
      <h2>Questions</h2>
      <p>
        Email <DeskEmail />. We acknowledge every email within 3 working days.
      </p>
      <p>
        If you have an account, <a href="/sign-in">sign in</a> with your work email address. You do not need a password:
        we will email you a code.
      </p>
    </section>
  );
}
