import { DirectionProvider, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { queries } from '@/shared/api/queries';
import { directionOf } from '@/shared/i18n/i18n';
import { theme, variables } from '@/shared/theme/theme';

/** The nonce that the page's policy gives to styles, where the server sets one. */
const nonce = () => document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? '';

/** What every screen stands in: theme, direction, data. Tests use it too. */
export function Provider({ children }: { children: ReactNode }) {
    const { i18n } = useTranslation();
    const direction = directionOf(i18n.language);
    return (
        <QueryClientProvider client={queries}>
            <DirectionProvider key={direction} initialDirection={direction} detectDirection={false}>
                <MantineProvider
                    theme={theme}
                    cssVariablesResolver={variables}
                    defaultColorScheme="auto"
                    getStyleNonce={nonce}
                >
                    <Notifications position={direction === 'rtl' ? 'bottom-left' : 'bottom-right'} />
                    {children}
                </MantineProvider>
            </DirectionProvider>
        </QueryClientProvider>
    );
}
