import { formsPage, keepTyping } from "#lib/auth/own-unsent.ts";
import { ClearTyped } from "./clear-typed.tsx";
import { FoldedForm } from "./folded-form.tsx";
import { type FormProps, KeptForm } from "./kept-form.tsx";

export type { FormAction } from "./form-shell.tsx";

/**
 * The form of the portal: what is typed into it is kept until it is sent, and its page begins with what was typed before.
 * `behind`: the line that it is folded behind until somebody opens it.
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
