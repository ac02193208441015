import type { ReactNode } from "react";

type MarkingProps = {
  /** In capitals, as it is written on paper: "IN-CONFIDENCE". */
  marking: string;
  endorsement?: string | null;
};

/** The band with a protective marking. MarkedPage places it. */
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

/** A page that shows an application: its marking is at the top and the bottom, and on every printed sheet. */
export function MarkedPage({ marking, endorsement, children }: MarkingProps & { children: ReactNode }) {
  return (
    <div className="app-marked">
      <Marking marking={marking} endorsement={endorsement} />
      <div>{children}</div>
      <Marking marking={marking} endorsement={endorsement} />
    </div>
  );
}
