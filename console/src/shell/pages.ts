import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Credentials } from '../session/credentials';

/** One page: where it is, how the navigation calls it, and who sees it there. */
interface PageEntry {
  /** The path below the region. */
  path: string;
  Page: LazyExoticComponent<ComponentType>;
  /** What the navigation shows; pages that are reached from others have nothing there. */
  link?: { section: Section; text: string; to?: string; isFor?: (who: Credentials) => boolean };
}

/** The parts of the navigation, in their order. */
export const SECTIONS = ['Overview', 'Work', 'Administration'] as const;
type Section = (typeof SECTIONS)[number];

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
  {
    path: '/coverage',
    Page: lazy(() => import('../pages/coverage/page')),
    link: { section: 'Overview', text: 'Resources and coverage' },
  },
  { path: '/resource', Page: lazy(() => import('../pages/resource/page')) },
  {
    path: '/vulnerabilities',
    Page: lazy(() => import('../pages/vulnerabilities/page')),
    link: { section: 'Work', text: 'Vulnerability search' },
  },
  {
    path: '/intelligence',
    Page: lazy(() => import('../pages/intelligence/page')),
    link: { section: 'Work', text: 'Intelligence' },
  },
  {
    path: '/suppression',
    Page: lazy(() => import('../pages/suppression/page')),
    link: { section: 'Work', text: 'Suppression rules' },
  },
  {
    path: '/reports',
    Page: lazy(() => import('../pages/reports/page')),
    link: { section: 'Work', text: 'Reports and exports' },
  },
  {
    path: '/accounts',
    Page: lazy(() => import('../pages/accounts/page')),
    link: { section: 'Administration', text: 'Accounts' },
  },
  {
    path: '/usage',
    Page: lazy(() => import('../pages/usage/page')),
    link: { section: 'Administration', text: 'Usage' },
  },
  {
    path: '/users',
    Page: lazy(() => import('../pages/users/page')),
    link: {
      section: 'Administration',
      text: 'Users and keys',
      isFor: ({ role }) => role === 'administrator',
    },
  },
  {
    path: '/calls',
    Page: lazy(() => import('../pages/calls/page')),
    link: { section: 'Administration', text: 'Log of calls' },
  },
  {
    path: '/settings',
    Page: lazy(() => import('../pages/settings/page')),
    link: { section: 'Administration', text: 'Settings' },
  },
];
