import { formsPage, keepTyping } from "#lib/auth/own-unsent.ts";
import { ClearTyped } from "./clear-typed.tsx";
import { FoldedForm } from "./folded-form.tsx";
import { type FormProps, KeptForm } from "./kept-form.tsx";

export type { FormAction } from "./form-shell.tsx";

/**
 * The portal's form: what is typed is kept until the form is sent, and the page starts with what was typed before.
 * `behind`: the line that it is collapsed under until somebody opens it.
 */
export async function Form({ behind, ...props }: Omit<FormProps, "keeping" | "path"> & { behind?: string }) {
  const { fields, initial, submit, name = typeof submit === "string" ? submit : "" } = props;
  const keeping = fields.length > 0 ? await keepTyping(name, fields, initial) : undefined;
  const kept = { ...props, name, path: await formsPage(), ...(keeping && { keeping }) };
  return (
    <>
      {keeping && <ClearTyped keeping={keeping} />}
      {behind ? <FoldedForm {...kept} behind={behind} /> : <KeptForm {...kept} />}
    </>
  );
}
