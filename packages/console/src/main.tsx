import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app.css';
import './parts.css';
import './events.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';

/** The page's policy lets styles in that carry this answer's nonce: Mantine's own, and those that lock scrolling. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
Object.assign(globalThis, { __webpack_nonce__: nonce });

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App nonce={nonce} />
    </StrictMode>,
  );
}
