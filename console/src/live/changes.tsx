import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, createContext, use, useEffect, useState } from 'react';
import { answer } from '../api/clients';
import { faultOf } from '../api/fault';
import { useClients, useSession } from '../session/context';
import { Followers } from './follow';

/** Seconds that the service keeps a question about changes until there is one. */
const WAIT = 20;

/** Milliseconds between questions: so often at most is what is shown fetched anew. */
const PAUSE = 700;
const PAUSE_OUT_OF_SIGHT = 30_000;
const PAUSE_WHEN_UNREACHABLE = 3_000;

/** Whether what is shown follows the service. */
type Liveness = 'live' | 'unreachable';

const LivenessContext = createContext<Liveness>('live');

/**
 * Keeps what is shown up to date: waits for the mark of the service's changes to move, and has lists and counts fetched
 * again. Rows keep their place by their keys, so that nothing jumps under who reads.
 */
export function LiveUpdates({ children }: { children: ReactNode }) {
  const { assay } = useClients();
  const session = useSession();
  const queries = useQueryClient();
  const [liveness, setLiveness] = useState<Liveness>('live');

  useEffect(() => {
    const stop = new AbortController();
    const followers = new Followers(queries);
    let timer: ReturnType<typeof setTimeout>;
    let last: number | undefined;
    let isAsking = false;
    let isBack = true;
    const look = async () => {
      let pause = PAUSE;
      isAsking = true;
      try {
        // One that was away is asked whether it is back, and not for changes alone.
        const query = last === undefined || !isBack ? {} : { than: last, wait: WAIT };
        const { mark } = await answer(assay.GET('/changes/mark', { params: { query }, signal: stop.signal }));
        if (last !== undefined && mark !== last) {
          followers.changed();
        }
        last = mark;
        isBack = true;
        setLiveness('live');
      } catch (error) {
        if (stop.signal.aborted) return;
        if (faultOf(error).isOfCredentials) {
          session.refused();
          return;
        }
        isBack = false;
        setLiveness('unreachable');
        pause = PAUSE_WHEN_UNREACHABLE;
      }
      isAsking = false;
      if (document.hidden) pause = PAUSE_OUT_OF_SIGHT;
      if (!stop.signal.aborted) timer = setTimeout(() => void look(), pause);
    };
    const onSight = () => {
      if (document.hidden || isAsking) return;
      clearTimeout(timer);
      timer = setTimeout(() => void look(), PAUSE);
    };
    void look();
    document.addEventListener('visibilitychange', onSight);
    return () => {
      stop.abort();
      followers.stop();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onSight);
    };
  }, [assay, session, queries]);

  return <LivenessContext value={liveness}>{children}</LivenessContext>;
}

export function useLiveness(): Liveness {
  return use(LivenessContext);
}
