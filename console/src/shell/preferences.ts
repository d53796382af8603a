import { Density, Mode, applyDensity, applyMode } from '@cloudscape-design/global-styles';
import { useSyncExternalStore } from 'react';

/** How somebody likes to see the console. Kept by the browser; it is no secret. */
export interface Preferences {
  mode: 'system' | 'light' | 'dark';
  density: 'comfortable' | 'compact';
}

const KEY = 'assay-preferences';
const USUAL: Preferences = { mode: 'system', density: 'comfortable' };
const dark = globalThis.matchMedia?.('(prefers-color-scheme: dark)');

let current = kept();
const listeners = new Set<() => void>();

function kept(): Preferences {
  try {
    const text = localStorage.getItem(KEY);
    const { mode, density } = (text === null ? {} : JSON.parse(text)) as Partial<Preferences>;
    return {
      mode: mode === 'light' || mode === 'dark' ? mode : USUAL.mode,
      density: density === 'compact' ? density : USUAL.density,
    };
  } catch {
    // A browser that keeps nothing for pages, or a text that somebody else wrote.
    return USUAL;
  }
}

/** Makes the page look as it is liked, now and when the system's mode changes. */
export function applyPreferences(): void {
  const apply = () => {
    const isDark = current.mode === 'dark' || (current.mode === 'system' && dark?.matches);
    applyMode(isDark ? Mode.Dark : Mode.Light);
    applyDensity(current.density === 'compact' ? Density.Compact : Density.Comfortable);
  };
  apply();
  listeners.add(apply);
  dark?.addEventListener('change', apply);
}

export function usePreferences(): [Preferences, (changed: Partial<Preferences>) => void] {
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return [useSyncExternalStore(subscribe, () => current), change];
}

function change(changed: Partial<Preferences>): void {
  current = { ...current, ...changed };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // It holds until the page is left.
  }
  for (const listener of listeners) listener();
}
