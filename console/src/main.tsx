import '@cloudscape-design/global-styles/index.css';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { SessionProvider } from './session/context';
import { Session } from './session/session';
import './shell/shell.css';
import { Console } from './shell/console';
import { applyPreferences } from './shell/preferences';

applyPreferences();
const session = new Session();
void session.begin();

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the console');
createRoot(root).render(
  <SessionProvider session={session}>
    <BrowserRouter basename="/console">
      <Console />
    </BrowserRouter>
  </SessionProvider>,
);
