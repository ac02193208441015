import type { ReactNode } from "react";

/** The colours of money in charts, keys and tables. CSS classes `app-colour-…` fill SVG shapes and paint HTML. */
export type MoneyColour = "paid" | "committed" | "reserved" | "available";

/** A small square in a chart's colour, next to what it stands for. */
export function Key({ colour }: { colour: MoneyColour }) {
  return <i className={`app-key app-colour-${colour}`} aria-hidden="true" />;
}

export type Figure = {
  label: ReactNode;
  value: ReactNode;
  /** A small line below the figure. */
  note?: ReactNode;
  colour?: MoneyColour;
};

/** The main figures of a page, large, between two rules. */
export function Figures({ figures }: { figures: readonly Figure[] }) {
  return <List className="app-figures" figures={figures} />;
}

/** Amounts to compare side by side, in a box; one below the other on a phone. */
export function Amounts({ amounts }: { amounts: readonly Figure[] }) {
  return <List className="app-amounts" figures={amounts} />;
}

/** Short facts side by side, in as many columns as fit. */
export function FactGrid({ figures }: { figures: readonly Figure[] }) {
  return <List className="app-facts" figures={figures} />;
}

function List({ className, figures }: { className: string; figures: readonly Figure[] }) {
  return (
    <dl className={className}>
      {figures.map((figure, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the figures of a page keep their order
        <div key={index}>
          <dt>
            {figure.colour && <Key colour={figure.colour} />}
            {figure.label}
          </dt>
          <dd>{figure.value}</dd>
          {figure.note && <dd className="app-note">{figure.note}</dd>}
        </div>
      ))}
    </dl>
  );
}
