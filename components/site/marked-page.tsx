import type { ReactNode } from "react";

type MarkingProps = {
  /** As it is written on paper, in capitals: "IN-CONFIDENCE". */
  marking: string;
  endorsement?: string | null;
};

/** The band of a protective marking. MarkedPage puts it where it belongs. */
function Marking({ marking, endorsement }: MarkingProps) {
  return (
    <div className="app-marking">
      <p>
        <span className="govuk-visually-hidden">Protective marking: </span>
        {marking}
        {endorsement && ` – ${endorsement.toUpperCase()}`}
      </p>
    </div>
  );
}

/** A page that shows an application: its marking stands at the top and the bottom, in print of every sheet. */
export function MarkedPage({ marking, endorsement, children }: MarkingProps & { children: ReactNode }) {
  return (
    <div className="app-marked">
      <Marking marking={marking} endorsement={endorsement} />
      <div>{children}</div>
      <Marking marking={marking} endorsement={endorsement} />
    </div>
  );
}
