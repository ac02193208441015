import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ReactNode } from "react";

/** primary: the main action of the page. secondary: everything else. warning: cannot be undone. */
export type ButtonKind = "primary" | "secondary" | "warning";

const classOf = (kind: ButtonKind): string =>
  kind === "primary" ? "govuk-button" : `govuk-button govuk-button--${kind}`;

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & { kind?: ButtonKind };

/**
 * Submits the form around it. `name` and `value` tell the action which of several buttons was pressed. Never disabled
 * because of what was typed: pressing it is how somebody learns what is wrong.
 */
export function Button({ kind = "primary", type = "submit", className, ...rest }: ButtonProps) {
  return <button {...rest} type={type} className={className ? `${classOf(kind)} ${className}` : classOf(kind)} />;
}

type LinkButtonProps = AnchorHTMLAttributes<HTMLAnchorElement> & { href: string; kind?: ButtonKind };

/** A link that looks like a button: it leads to where something is done, and does nothing itself. */
export function LinkButton({ kind = "primary", className, ...rest }: LinkButtonProps) {
  return <a {...rest} draggable={false} className={className ? `${classOf(kind)} ${className}` : classOf(kind)} />;
}

/** Buttons and links side by side; one below the other on a phone. */
export function ButtonGroup({ children }: { children: ReactNode }) {
  return <div className="govuk-button-group">{children}</div>;
}
