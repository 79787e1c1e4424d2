import { readdirSync } from 'node:fs';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

// app → features → shared: what is above may import what is below, and features never each other.
const features = readdirSync(new URL('./src/features', import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

const banned = (patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });
const layers = [
    {
        files: ['src/shared/**'],
        rules: banned([{ regex: '(^@/|/)(app|features)/', message: 'shared knows neither app nor features' }]),
    },
    ...features.map((feature) => ({
        files: [`src/features/${feature}/**`],
        rules: banned([
            { regex: '(^@/|/)app/', message: 'a feature does not know the app' },
            { regex: `^@/features/(?!${feature}/)`, message: 'features do not know each other' },
            { regex: '^\\.\\./', message: 'within a feature ./, elsewhere @/' },
        ]),
    })),
];

export default tseslint.config(
    { ignores: ['dist', 'node_modules', 'src/shared/api/schema.d.ts', 'e2e/artefacts'] },
    ...tseslint.configs.recommended,
    {
        files: ['src/**/*.{ts,tsx}'],
        plugins: { 'react-hooks': hooks },
        rules: {
            'react-hooks/rules-of-hooks': 'error',
            'react-hooks/exhaustive-deps': 'error',
            '@typescript-eslint/no-explicit-any': 'error',
            'no-console': 'error',
            'max-lines': ['error', 400],
        },
    },
    ...layers,
);
