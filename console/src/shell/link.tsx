import Button, { type ButtonProps } from '@cloudscape-design/components/button';
import Link, { type LinkProps } from '@cloudscape-design/components/link';
import { useHref, useNavigate } from 'react-router';
import { useRegionName } from './region';

/** A link to a view of the console. `to` is a path below the region, as `/findings?severity=CRITICAL`. */
export function AppLink({ to, ...rest }: { to: string } & Omit<LinkProps, 'href' | 'onFollow'>) {
  const path = useRegionPath()(to);
  const href = useHref(path);
  const navigate = useNavigate();
  return (
    <Link
      {...rest}
      href={href}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(path);
      }}
    />
  );
}

/** A link that looks as a button, for what is to be done next. */
export function LinkButton({
  to,
  children,
  ...rest
}: { to: string; children: string } & Omit<ButtonProps, 'href' | 'onFollow'>) {
  const path = useRegionPath()(to);
  const href = useHref(path);
  const navigate = useNavigate();
  return (
    <Button
      {...rest}
      href={href}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(path);
      }}
    >
      {children}
    </Button>
  );
}

/** A link out of the console. What it says may come from advisories; only addresses of the web are followed. */
export function OutsideLink({ to, children }: { to: string; children?: string }) {
  const text = children ?? to;
  if (!isWebAddress(to)) return <>{text}</>;
  return (
    <Link
      href={to}
      external
      target="_blank"
      rel="noopener noreferrer"
      externalIconAriaLabel="opens in a new tab"
    >
      {text}
    </Link>
  );
}

/** Whether a text is an address that is safe to follow: `https` or `http`, and nothing that runs. */
export function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** Makes a path of one below the region that is shown. */
export function useRegionPath(): (path: string) => string {
  const region = useRegionName();
  return (path) => (region === undefined ? path : `/${region}${path}`);
}
