import { Details } from "#components/ui/details.tsx";
import { type PagePart, Parts } from "#components/ui/parts.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import type { AdviceView } from "#lib/advice/queries.ts";
import { adviceWords } from "#lib/advice/rules.ts";
import { formatInstant } from "#lib/platform/dates.ts";

type AdviceListProps = { advice: readonly AdviceView[]; today: Date };

/** What each adviser was asked and answered. Advice that was taken back is collapsed. */
function AdviceList({ advice, today }: AdviceListProps) {
  return advice.map((one) => {
    const { id, adviser, question, askedBy, askedAt, earlier, endReason } = one;
    return (
      <div key={id} className="app-record">
        <h3>{adviser}</h3>
        <SummaryList
          rows={[
            { key: "Question", value: <Text text={question} /> },
            { key: "Asked by", value: `${askedBy}, ${formatInstant(askedAt)}` },
            { key: "Answer", value: adviceWords(one, today) },
            ...(one.advice ? [{ key: "Advice", value: <Text text={one.advice} /> }] : []),
            ...(endReason ? [{ key: "Reason", value: <Text text={endReason} /> }] : []),
          ]}
        />
        {earlier.map(({ text, givenAt }) => (
          <Details key={givenAt.toISOString()} summary={`Advice given on ${formatInstant(givenAt)}, taken back`}>
            <Text text={text} />
          </Details>
        ))}
      </div>
    );
  });
}

/** The advice as a part of a page; null where nobody was asked. */
export function advicePart(props: AdviceListProps): PagePart | null {
  if (!props.advice.length) return null;
  const given = props.advice.filter(({ advice }) => advice).length;
  return {
    id: "advice",
    title: "Advice",
    state: `${given} of ${props.advice.length} answered`,
    body: <AdviceList {...props} />,
  };
}

/** The advice under its heading. */
export const AdvicePart = (props: AdviceListProps) => <Parts parts={[advicePart(props)]} />;

const Text = ({ text }: { text: string }) => <span className="app-line">{text}</span>;
