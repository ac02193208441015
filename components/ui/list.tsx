type ListProps = { items: readonly string[]; isNumbered: boolean };

/** A list of texts, with numbers or bullets. */
export function List({ items, isNumbered }: ListProps) {
  const [Kind, kind] = isNumbered ? (["ol", "number"] as const) : (["ul", "bullet"] as const);
  return (
    <Kind className={`govuk-list govuk-list--${kind}`}>
      {items.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </Kind>
  );
}
