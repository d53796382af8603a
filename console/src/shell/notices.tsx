import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { type ReactNode, createContext, use, useMemo, useState } from 'react';

/** What happened, said above the page until it is put away. */
export interface Notices {
  tell(type: 'success' | 'info' | 'warning' | 'error', text: string): void;
}

const NoticesContext = createContext<Notices>({ tell: () => undefined });
const ShownContext = createContext<FlashbarProps.MessageDefinition[]>([]);

const MOST = 5;

export function NoticesProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<FlashbarProps.MessageDefinition[]>([]);
  const notices = useMemo<Notices>(
    () => ({
      tell(type, content) {
        const id = crypto.getRandomValues(new Uint32Array(2)).join('-');
        const onDismiss = () => setShown((before) => before.filter((notice) => notice.id !== id));
        const notice = { id, type, content, dismissible: true, dismissLabel: 'Put away', onDismiss };
        setShown((before) => [notice, ...before].slice(0, MOST));
      },
    }),
    [],
  );
  return (
    <NoticesContext value={notices}>
      <ShownContext value={shown}>{children}</ShownContext>
    </NoticesContext>
  );
}

export function useNotices(): Notices {
  return use(NoticesContext);
}

/** The bar that shows them. */
export function NoticesBar() {
  return <Flashbar items={use(ShownContext)} i18nStrings={{ ariaLabel: 'Notices' }} />;
}
