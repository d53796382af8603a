import { I18nProvider } from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en';
import { Suspense } from 'react';
import { Navigate, Route, Routes, useLocation, useParams } from 'react-router';
import { RegionProvider, useCredentials, useSessionState } from '../session/context';
import { SignIn } from '../session/sign-in';
import { LiveUpdates } from '../live/changes';
import { Loading, NothingThere } from '../states/states';
import { Frame } from './frame';
import { AppLink } from './link';
import { NoticesProvider } from './notices';
import { PAGES } from './pages';

/** The console: who signs in sees the pages, each of which is fetched when it is first opened. */
export function Console() {
  const state = useSessionState();
  return (
    <I18nProvider locale="en" messages={[messages]}>
      <>
        {state.kind !== 'signed-in' && (
          // Pages have their ground from the frame, which is not there yet.
          <div className="ground">
            {state.kind === 'asking-tabs' ? <Loading what="the console" /> : <SignIn ending={state.ending} />}
          </div>
        )}
        {state.kind === 'signed-in' && (
          <NoticesProvider>
            <Routes>
              <Route index element={<ToRegion />} />
              <Route path=":region/*" element={<Region />} />
            </Routes>
          </NoticesProvider>
        )}
      </>
    </I18nProvider>
  );
}

/** Without a region in the address the first one is meant. */
function ToRegion() {
  const { search } = useLocation();
  return <Navigate replace to={{ pathname: `/${useCredentials().regions[0]}/`, search }} />;
}

function Region() {
  const { region = '' } = useParams();
  const { regions } = useCredentials();
  const { pathname, search } = useLocation();
  if (!regions.includes(region)) return <Navigate replace to={`/${regions[0]}${pathname}${search}`} />;
  return (
    <RegionProvider region={region} key={region}>
      <LiveUpdates>
        <Frame>
          <Routes>
            {PAGES.map(({ path, Page }) => (
              <Route
                key={path}
                path={path}
                element={
                  <Suspense fallback={<Loading what="the page" />}>
                    <Page />
                  </Suspense>
                }
              />
            ))}
            <Route path="*" element={<NoSuchPage />} />
          </Routes>
        </Frame>
      </LiveUpdates>
    </RegionProvider>
  );
}

function NoSuchPage() {
  return (
    <NothingThere title="There is no such page">
      <AppLink to="/">Go to the dashboard</AppLink>
    </NothingThere>
  );
}
