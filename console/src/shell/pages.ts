import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Credentials } from '../session/credentials';

/** One page: where it is, how the navigation calls it, and who sees it there. */
export interface PageEntry {
  /** The path below the region. */
  path: string;
  Page: LazyExoticComponent<ComponentType>;
  /** What the navigation shows; pages that are reached from others have nothing there. */
  link?: { section: Section; text: string; to?: string; isFor?: (who: Credentials) => boolean };
}

/** The parts of the navigation, in their order. */
export const SECTIONS = ['Overview', 'Resources', 'Intelligence', 'Work', 'Administration'] as const;
export type Section = (typeof SECTIONS)[number];

const administrators = ({ role }: Credentials) => role === 'administrator';

/** All pages, in the order of the navigation. */
export const PAGES: PageEntry[] = [
  {
    path: '/',
    Page: lazy(() => import('../pages/dashboard/page')),
    link: { section: 'Overview', text: 'Dashboard' },
  },
  {
    path: '/findings',
    Page: lazy(() => import('../pages/findings/page')),
    link: { section: 'Overview', text: 'Findings', to: '/findings?findingStatus=ACTIVE' },
  },
];
void administrators;
