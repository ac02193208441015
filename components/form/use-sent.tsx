import { useActionState } from "react";

type Fields = { action?: string };
/** How React tells a form without JavaScript where to submit and what to include. */
type Send = { $$FORM_ACTION?: (prefix: string) => Fields };

/**
 * useActionState with an address for the form without JavaScript: `path`, its page. React leaves that attribute empty,
 * which is not valid HTML; and with React's own third argument, the answer to one form would be taken for the answer to
 * every form on the page with the same action.
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
