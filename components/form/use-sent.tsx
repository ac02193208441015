import { useActionState } from "react";

type Fields = { action?: string };
/** How React tells a form that is sent without JavaScript where it goes and what it carries. */
type Send = { $$FORM_ACTION?: (prefix: string) => Fields };

/**
 * useActionState with an address for the form without JavaScript: `path`, its page. React leaves the attribute empty, which is not
 * valid HTML; with its own third argument, it would take what came back for one form for that of each form of the action on the page.
 */
export function useSent<State>(
  action: (state: Awaited<State>, form: FormData) => State | Promise<State>,
  begin: Awaited<State>,
  path: string,
) {
  const sent = useActionState(action, begin);
  const send = sent[1] as Send;
  const fieldsOf = send.$$FORM_ACTION;
  if (fieldsOf) send.$$FORM_ACTION = (prefix) => ({ ...fieldsOf(prefix), action: path });
  return sent;
}
