import type { ReactNode } from "react";

type BannerProps = {
  title?: string;
  /** success: what was asked for has been done. It is announced as soon as the page loads. */
  kind?: "information" | "success";
  children: ReactNode;
};

/** News that is not about the page's own content, at its top. At most one per page. */
export function NotificationBanner({ title, kind = "information", children }: BannerProps) {
  const isSuccess = kind === "success";
  const heading = (
    <div className="govuk-notification-banner__header">
      <h2 className="govuk-notification-banner__title" id="notification-title">
        {title ?? (isSuccess ? "Done" : "Important")}
      </h2>
    </div>
  );
  const content = <div className="govuk-notification-banner__content">{children}</div>;
  if (isSuccess) {
    return (
      <div className="govuk-notification-banner govuk-notification-banner--success" role="alert">
        {heading}
        {content}
      </div>
    );
  }
  return (
    <section className="govuk-notification-banner" aria-labelledby="notification-title">
      {heading}
      {content}
    </section>
  );
}

/** A line about what just happened ("Saved at 3:42 pm"), announced without taking focus. */
export function StatusMessage({ children }: { children: ReactNode }) {
  return (
    <p className="app-status" role="status">
      {children}
    </p>
  );
}

/** What somebody must know before continuing, because it cannot be undone. */
export function WarningText({ children }: { children: ReactNode }) {
  return (
    <div className="govuk-warning-text">
      <span className="govuk-warning-text__icon" aria-hidden="true">
        !
      </span>
      <strong className="govuk-warning-text__text">
        <span className="govuk-visually-hidden">Warning: </span>
        {children}
      </strong>
    </div>
  );
}

/** Text set apart: a quotation, or a reason that somebody gave. */
export function InsetText({ children }: { children: ReactNode }) {
  return <div className="govuk-inset-text">{children}</div>;
}
