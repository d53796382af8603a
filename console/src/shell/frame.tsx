import AppLayout from '@cloudscape-design/components/app-layout';
import SideNavigation, { type SideNavigationProps } from '@cloudscape-design/components/side-navigation';
import TopNavigation from '@cloudscape-design/components/top-navigation';
import { type ReactNode, useState } from 'react';
import { useHref, useLocation, useNavigate } from 'react-router';
import { useAccountNames } from '../account/names';
import { useLiveness } from '../live/changes';
import { useClients, useCredentials, useSession } from '../session/context';
import { faultOf } from '../api/fault';
import { NoticesBar, useNotices } from './notices';
import { PAGES, SECTIONS } from './pages';
import { usePreferences } from './preferences';
import { SplitPanelProvider, useSplitPanel } from './split-panel';

/** What is around every page: the bar above, the navigation, notices, and the panel below. */
export function Frame({ children }: { children: ReactNode }) {
  return (
    <SplitPanelProvider>
      <div id="top">
        <Top />
      </div>
      <Layout>{children}</Layout>
    </SplitPanelProvider>
  );
}

function Layout({ children }: { children: ReactNode }) {
  const [isOpen, setOpen] = useState(true);
  const panel = useSplitPanel();
  return (
    <AppLayout
      headerSelector="#top"
      navigation={<Navigation />}
      navigationOpen={isOpen}
      onNavigationChange={({ detail }) => setOpen(detail.open)}
      notifications={<NoticesBar />}
      stickyNotifications
      toolsHide
      content={children}
      contentType="table"
      splitPanel={panel.content}
      splitPanelOpen={panel.content !== undefined}
      splitPanelSize={panel.size}
      onSplitPanelResize={({ detail }) => panel.resize(detail.size)}
      splitPanelPreferences={{ position: panel.position }}
      onSplitPanelPreferencesChange={({ detail }) => panel.place(detail.position)}
      onSplitPanelToggle={() => panel.close()}
      ariaLabels={{
        navigation: 'Navigation',
        navigationClose: 'Close the navigation',
        navigationToggle: 'Open the navigation',
        notifications: 'Notices',
      }}
    />
  );
}

function Navigation() {
  const { region } = useClients();
  const credentials = useCredentials();
  const { pathname } = useLocation();
  const base = useHref(`/${region}`);
  const navigate = useNavigate();
  const items: SideNavigationProps.Item[] = SECTIONS.flatMap((section) => {
    const links = PAGES.flatMap(({ path, link }) =>
      link?.section === section && (link.isFor?.(credentials) ?? true)
        ? [{ type: 'link' as const, text: link.text, href: base + (link.to ?? path) }]
        : [],
    );
    return links.length > 0 ? [{ type: 'section' as const, text: section, items: links }] : [];
  });
  const here = PAGES.find(({ path, link }) => link && `/${region}${path}` === pathname);
  return (
    <SideNavigation
      activeHref={here && base + (here.link?.to ?? here.path)}
      items={items}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(`/${region}${event.detail.href.slice(base.length)}`);
      }}
    />
  );
}

function Top() {
  const { account, user, role, relation, regions } = useCredentials();
  const accounts = useAccountNames();
  const session = useSession();
  const notices = useNotices();
  const { region } = useClients();
  const liveness = useLiveness();
  const [preferences, change] = usePreferences();
  const { pathname, search } = useLocation();
  const home = useHref(`/${region}/`);
  const navigate = useNavigate();

  const signOutEverywhere = async () => {
    try {
      await session.signOutEverywhere();
    } catch (error) {
      notices.tell('error', `Your other sessions could not be ended: ${faultOf(error).message}`);
    }
  };
  const choose = (id: string) => {
    if (id === 'sign-out') session.signOut();
    else if (id === 'sign-out-everywhere') void signOutEverywhere();
    else if (id === 'light' || id === 'dark' || id === 'system') change({ mode: id });
    else if (id === 'compact' || id === 'comfortable') change({ density: id });
  };

  return (
    <TopNavigation
      identity={{
        href: home,
        title: 'Assay',
        logo: { src: '/console/icon.svg', alt: '' },
        onFollow: (event) => {
          event.preventDefault();
          void navigate(`/${region}/`);
        },
      }}
      utilities={[
        liveness === 'live'
          ? {
              type: 'button',
              text: 'Live',
              iconName: 'status-positive',
              title: 'What you see follows the service',
            }
          : {
              type: 'button',
              text: 'Not connected',
              iconName: 'status-negative',
              title: 'The service does not answer; what you see may be old',
            },
        {
          type: 'menu-dropdown',
          text: region,
          ariaLabel: `Region ${region}`,
          items: regions.map((name) => ({ id: name, text: name })),
          onItemClick: ({ detail }) =>
            void navigate(`/${detail.id}${pathname.slice(region.length + 1)}${search}`),
        },
        {
          type: 'menu-dropdown',
          iconName: 'settings',
          ariaLabel: 'Appearance',
          title: 'Appearance',
          items: [
            {
              id: 'mode',
              text: 'Colours',
              items: [
                { id: 'system', text: 'As the system has them', disabled: preferences.mode === 'system' },
                { id: 'light', text: 'Light', disabled: preferences.mode === 'light' },
                { id: 'dark', text: 'Dark', disabled: preferences.mode === 'dark' },
              ],
            },
            {
              id: 'density',
              text: 'Density',
              items: [
                { id: 'comfortable', text: 'Comfortable', disabled: preferences.density === 'comfortable' },
                { id: 'compact', text: 'Compact', disabled: preferences.density === 'compact' },
              ],
            },
          ],
          onItemClick: ({ detail }) => choose(detail.id),
        },
        {
          type: 'menu-dropdown',
          text: `${user} @ ${accounts.get(account) || account}`,
          description: `${role}, ${relation.replaceAll('-', ' ')}`,
          iconName: 'user-profile',
          items: [
            { id: 'sign-out', text: 'Sign out' },
            { id: 'sign-out-everywhere', text: 'End all my sessions' },
          ],
          onItemClick: ({ detail }) => choose(detail.id),
        },
      ]}
    />
  );
}
