import { createTheme, type CSSVariablesResolver, type MantineColorsTuple, Tooltip } from '@mantine/core';

const accent: MantineColorsTuple = [
    '#eef0fd',
    '#dde1fb',
    '#bcc3f6',
    '#98a2f0',
    '#7a84ea',
    '#6068e3',
    '#4f4fdb',
    '#4338ca',
    '#3a30ad',
    '#2e2788',
];
const dark: MantineColorsTuple = [
    '#e8eaef',
    '#c9ced8',
    '#a3abba',
    '#7c8596',
    '#596274',
    '#424957',
    '#2b303b',
    '#1a1d24',
    '#14161b',
    '#0e1014',
];

export const theme = createTheme({
    primaryColor: 'accent',
    primaryShade: { light: 7, dark: 5 },
    colors: { accent, dark },
    fontFamily: 'var(--boon-font)',
    fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
    fontSizes: { xs: '12px', sm: '14px', md: '14px', lg: '16px', xl: '20px' },
    spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
    defaultRadius: 6,
    cursorType: 'pointer',
    respectReducedMotion: true,
    headings: { fontFamily: 'var(--boon-font)', sizes: { h1: { fontSize: '20px', lineHeight: '28px' } } },
    components: { Tooltip: Tooltip.extend({ defaultProps: { openDelay: 250, multiline: true, maw: 320 } }) },
});

/** Mantine's own quiet colours are too quiet for small text (WCAG 2 asks for 4.5 : 1). */
export const variables: CSSVariablesResolver = () => ({
    variables: {},
    light: { '--mantine-color-dimmed': '#5a6372', '--mantine-color-placeholder': '#646d7c' },
    dark: { '--mantine-color-dimmed': '#a3abba', '--mantine-color-placeholder': '#8f98a8' },
});
