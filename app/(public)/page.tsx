import type { Metadata } from "next";
import { Horizon } from "#components/site/horizon.tsx";
import { LinkButton } from "#components/ui/buttons.tsx";
import { currentActor } from "#lib/auth/session.ts";
import { listOpenRounds, type OpenRound } from "#lib/fund/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { formatDate, formatDeadline } from "#lib/platform/dates.ts";
import { formatCents } from "#lib/platform/money.ts";

export const metadata: Metadata = { title: { absolute: "Pacific Security Fund" } };
/** The build, which has no database, need not try. */
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
          It supports Pacific Island countries against threats from outside, and so against the risks to New Zealand
          that come from them: with training, technical advice, goods and services, as one-off or contingency
          activities. It was set up in 2003, is administered by the Ministry of Foreign Affairs and Trade (MFAT), and is
          about $2.7 million a year.
        </p>
        <p>It has paid, for example, for:</p>
        <ul>
          <li>better aviation security, with the training and the equipment that it takes</li>
          <li>helping Pacific countries to meet the international codes for ships and ports</li>
          <li>training in ethical leadership, given by the New Zealand Defence Force.</li>
        </ul>
        <p>
          It stands within the <cite>Boe Declaration on Regional Security</cite> of 2018, in which the Pacific Islands
          Forum's leaders agreed on what security means for their region.
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
          If your agency is not here yet, <a href="/contact">write to the fund's desk</a>.
        </p>
      </section>
    </div>
  );
}

const STEPS = [
  { title: "Apply", text: "Say what the need is, who the Pacific partner is, what will be done, and what it costs." },
  { title: "Sign off", text: "Your certifier checks the application and submits it before the round closes." },
  { title: "Review", text: "MFAT checks that it can be considered, and at least two assessors score it." },
  { title: "Decide", text: "MFAT recommends, checks the year's budget, and decides. Three different people do this." },
  { title: "Begin", text: "Your certifier accepts the offer, and the funding arrangement is in force." },
  { title: "Account for it", text: "You report on results, claim what was spent, and close with a final account." },
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
      <p>Whenever something changes, the portal emails the people who have to know, and says whom it is waiting on.</p>
    </section>
  );
}

function Rounds({ rounds }: { rounds: readonly OpenRound[] }) {
  return (
    <section>
      <h2>Open rounds</h2>
      {rounds.length === 0 ? (
        <p className="app-empty">No round is open at the moment. The next one is announced here.</p>
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
        Email <a href="mailto:psf@mfat.govt.nz">psf@mfat.govt.nz</a>. The desk acknowledges every email within 3 working
        days.
      </p>
      <p>
        If you have an account, <a href="/sign-in">sign in</a> with your work email address. You need no password: we
        send you a code.
      </p>
    </section>
  );
}
