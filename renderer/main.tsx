import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import { wordsAreThere } from './app/i18n';
import './app/styles.css';
import { connectEngine, connectNative } from './rpc/client';
import { onEnginePort, onNativePort } from './rpc/ports';

onEnginePort(connectEngine);
onNativePort(connectNative);

const root = document.getElementById('root');
if (root) wordsAreThere.finally(() => createRoot(root).render(<App />));
