import { createRoot } from 'react-dom/client';
import { createClient } from '../contract/client.ts';
import { App } from './app.tsx';
import { connect } from './client/transport.ts';
import { ClientContext } from './state/client-context.ts';
import { handOverToClose } from './state/open-notes.ts';
import { tell, useWindow } from './state/store.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/desk.css';
import './styles/dialogs.css';
import './styles/history.css';
import './styles/search.css';
import './editor/editor.css';

const OUTLIVED =
  'Evening Ramble was started again and has what you typed here. You can go on in this window; once it is closed or loaded again, go on in the new one.';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

const transport = connect({
  onState(connection) {
    if (connection.kind === 'open' && connection.outlived) tell({ text: OUTLIVED, sticky: true });
    useWindow.setState({ connection });
  },
  onFlush: handOverToClose,
});

createRoot(root).render(
  <ClientContext value={createClient(transport)}>
    <App bare={location.pathname.endsWith('/ramble')} />
  </ClientContext>,
);
