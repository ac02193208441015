import type { Metadata } from "next";
import { Horizon } from "#components/site/horizon.tsx";
import { LinkButton } from "#components/ui/buttons.tsx";
import { currentActor } from "#lib/auth/session.ts";
import { listOpenRounds, type OpenRound } from "#lib/fund/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { formatDate, formatDeadline } from "#lib/platform/dates.ts";
import { formatCents } from "#lib/platform/money.ts";

export const metadata: Metadata = { title: { absolute: "Pacific Security Fund" } };
/** The build has no database, so it does not try. */
export const dynamic = "force-dynamic";

export default async function Home() {
  const [actor, rounds] = await Promise.all([currentActor(), listOpenRounds(now())]);
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
            <a href="#how-it-works">How it works</a>
          </p>
        </div>
        <Horizon />
      </section>
      <div className="app-wrap home-body">
        <About />
        <HowItWorks />
        <div className="home-pair">
          <Rounds rounds={rounds} />
          <Questions />
        </div>
      </div>
    </>
  );
}

function About() {
  return (
    <div className="home-pair">
      <section>
        <h2>What the fund is for</h2>
        <p>
          It helps Pacific Island countries deal with security threats that could also harm New Zealand. It pays for
          training, technical advice, goods and services, for one-off work or urgent needs. It was set up in 2003, is
          run by the Ministry of Foreign Affairs and Trade (MFAT), and has about $2.7 million a year.
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
      </section>
      <section>
        <h2>Who may apply</h2>
        <p>
          New Zealand government agencies: police, customs, immigration, defence, transport, justice, and any other
          whose skills a Pacific partner has asked for.
        </p>
        <p>Two people in an agency share the work, each with an account:</p>
        <ul>
          <li>a contributor writes the application, and later reports on the initiative</li>
          <li>a certifier signs it off and submits it, and accepts the offer.</li>
        </ul>
        <p>
          If your agency has no accounts yet, <a href="/contact">contact the fund desk</a>.
        </p>
      </section>
    </div>
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
  { title: "Decide", text: "One person at MFAT recommends, another checks the year's budget, and a third decides." },
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

function Rounds({ rounds }: { rounds: readonly OpenRound[] }) {
  return (
    <section>
      <h2>Open rounds</h2>
      {rounds.length === 0 ? (
        <p className="app-empty">No round is open at the moment. We will announce the next one here.</p>
      ) : (
        <ul className="home-rounds">
          {rounds.map((round) => (
            <li key={round.id}>
              <strong>{round.name}</strong>
              <span>
                {round.closesAt ? (
                  <>
                    Closes <time dateTime={round.closesAt.toISOString()}>{formatDeadline(round.closesAt)}</time>
                  </>
                ) : (
                  "No closing time"
                )}
              </span>
              <span className="app-note">
                Open since {formatDate(round.opensAt)}
                {round.moneyCents !== null && ` · ${formatCents(round.moneyCents)} available`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Questions() {
  return (
    <section>
      <h2>Questions</h2>
      <p>
        Email <a href="mailto:psf@mfat.govt.nz">psf@mfat.govt.nz</a>. We acknowledge every email within 3 working days.
      </p>
      <p>
        If you have an account, <a href="/sign-in">sign in</a> with your work email address. You do not need a password:
        we will email you a code.
      </p>
    </section>
  );
}
