import '@fontsource-variable/inter';
import '@fontsource-variable/noto-sans-arabic';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@/shared/theme/tokens.css';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startTexts } from '@/shared/i18n/i18n';
import { Provider } from '@/shared/ui/provider';
import { router } from './router';

await startTexts();
const root = document.getElementById('root');
if (root) {
    createRoot(root).render(
        <StrictMode>
            <Provider>
                <RouterProvider router={router} />
            </Provider>
        </StrictMode>,
    );
}
