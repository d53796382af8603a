import { accountText, useAccountNames } from './names';

/** An account, by its name where it has one. */
export function Account({ id }: { id: string | undefined }) {
  const names = useAccountNames();
  return <>{id ? accountText(id, names) : '–'}</>;
}
