import { Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { logIn, redeemLink } from '@/shared/session/session';
import { Failed } from '@/shared/ui/states';
import css from './login.module.css';

/** Only a path of ours: a link must not lead elsewhere after the login. */
function ownPath(path: string | undefined): string {
    return path && /^\/(?![/\\])/.test(path) ? path : '/';
}

export function LoginPage() {
    const { t } = useTranslation();
    const { to } = useSearch({ from: '/login' });
    const navigate = useNavigate();
    const [error, setError] = useState<unknown>();
    const [isBusy, setBusy] = useState(false);
    useEffect(() => {
        document.title = `${t('Sign in')} · boon`;
    }, [t]);
    const submit = async (event: FormEvent<HTMLFormElement>) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        setBusy(true);
        setError(undefined);
        try {
            await logIn(String(form.get('name')), String(form.get('password')));
            await navigate({ to: ownPath(to), replace: true });
        } catch (problem) {
            setError(problem);
        } finally {
            setBusy(false);
        }
    };
    return (
        <main className={css.page}>
            <form className={css.box} onSubmit={(event) => void submit(event)}>
                <Stack>
                    <Title order={1}>{t('Sign in to boon')}</Title>
                    <TextInput
                        name="name"
                        label={t('User name')}
                        autoComplete="username"
                        required
                        autoFocus
                        autoCapitalize="none"
                    />
                    <PasswordInput name="password" label={t('Password')} autoComplete="current-password" required />
                    {error !== undefined && <Failed error={error} />}
                    <Button type="submit" loading={isBusy}>
                        {t('Sign in')}
                    </Button>
                    <Text className="quiet small">
                        {t(
                            'Forgot it? An administrator can send you a one-time link; on the server it is: {{command}}',
                            { command: 'boon users reset NAME' },
                        )}
                    </Text>
                </Stack>
            </form>
        </main>
    );
}

function tokenOf(): string {
    return location.hash.slice(1);
}

function useLink() {
    const navigate = useNavigate();
    const [token] = useState(tokenOf);
    const [error, setError] = useState<unknown>();
    const [isBusy, setBusy] = useState(false);
    const redeem = async (password?: string) => {
        setBusy(true);
        setError(undefined);
        try {
            await redeemLink(token, password);
            await navigate({ to: '/', replace: true });
        } catch (problem) {
            setError(problem);
        } finally {
            setBusy(false);
        }
    };
    return { token, error, isBusy, redeem };
}

function NotWhole() {
    const { t } = useTranslation();
    return <Failed error={new Error(t('The link is not whole: copy all of it, also what stands after #.'))} />;
}

/** A one-time link that sets a password. What stands behind # never reaches the server's log. */
export function SetupPage() {
    const { t } = useTranslation();
    const { token, error, isBusy, redeem } = useLink();
    const submit = (event: FormEvent<HTMLFormElement>) => {
        event.preventDefault();
        void redeem(String(new FormData(event.currentTarget).get('password')));
    };
    return (
        <main className={css.page}>
            <form className={css.box} onSubmit={submit}>
                <Stack>
                    <Title order={1}>{t('Choose a password')}</Title>
                    {!token && <NotWhole />}
                    <PasswordInput
                        name="password"
                        label={t('New password')}
                        description={t('12 characters or more')}
                        autoComplete="new-password"
                        required
                        minLength={12}
                        autoFocus
                    />
                    {error !== undefined && <Failed error={error} />}
                    <Button type="submit" disabled={!token} loading={isBusy}>
                        {t('Set the password and sign in')}
                    </Button>
                </Stack>
            </form>
        </main>
    );
}

/** A one-time link that signs in. It waits for a click: programs that look at links in mail do not use it up. */
export function SetupLoginPage() {
    const { t } = useTranslation();
    const { token, error, isBusy, redeem } = useLink();
    return (
        <main className={css.page}>
            <div className={css.box}>
                <Stack>
                    <Title order={1}>{t('Welcome to boon')}</Title>
                    {token ? <Text>{t('This link works once.')}</Text> : <NotWhole />}
                    {error !== undefined && <Failed error={error} />}
                    <Button onClick={() => void redeem()} autoFocus disabled={!token} loading={isBusy}>
                        {t('Continue')}
                    </Button>
                </Stack>
            </div>
        </main>
    );
}
