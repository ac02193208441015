import { HtmlValidate } from "html-validate";

/** Only the rules about HTML that could mislead a browser or a screen reader. */
const validator = new HtmlValidate({
  extends: ["html-validate:standard", "html-validate:a11y"],
  rules: {
    // React's way to write attributes.
    "attr-quotes": "off",
    "attribute-boolean-style": "off",
    "attribute-empty-style": "off",
    "doctype-style": "off",
    "no-trailing-whitespace": "off",
    "void-style": "off",
    // A phone turns tables into cards, and browsers then drop their roles.
    "no-redundant-role": "off",
    // Allowed on every list.
    "aria-label-misuse": "off",
    "long-title": "off",
  },
});

/** What is wrong with a page as the server sent it: HTML that is not valid, headings out of order, forms without a name or an address. */
export async function faultsOfHtml(html: string): Promise<string[]> {
  const { results } = await validator.validateString(html);
  const faults = results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, selector }) => `${ruleId}: ${message}, ${selector}`),
  );
  const forms = [...html.matchAll(/<form\b[^>]*>/g)].map(([tag]) => tag);
  return [...faults, ...forms.filter((tag) => !/ aria-label="[^"]/.test(tag) || / action=""/.test(tag))];
}
