import type { Credentials, Ending } from './credentials';

/** What a tab does when others speak. */
export interface Listener {
  asked(): Credentials | undefined;
  told(credentials: Credentials): void;
  ended(ending: Ending): void;
}

/** The other tabs of this browser that have the console open. */
export interface Tabs {
  listen(listener: Listener): void;
  ask(): void;
  tell(credentials: Credentials): void;
  end(ending: Ending): void;
}

type Message =
  { kind: 'ask' } | { kind: 'credentials'; credentials: Credentials } | { kind: 'end'; ending: Ending };

/** Other tabs by a channel that only pages of this origin can join; nothing of it outlives them. */
export function openTabs(): Tabs {
  const channel = new BroadcastChannel('assay-session');
  const post = (message: Message) => channel.postMessage(message);
  return {
    listen(listener) {
      channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
        if (data.kind === 'ask') {
          const credentials = listener.asked();
          if (credentials) post({ kind: 'credentials', credentials });
        } else if (data.kind === 'credentials') {
          listener.told(data.credentials);
        } else if (data.kind === 'end') {
          listener.ended(data.ending);
        }
      });
    },
    ask: () => post({ kind: 'ask' }),
    tell: (credentials) => post({ kind: 'credentials', credentials }),
    end: (ending) => post({ kind: 'end', ending }),
  };
}
