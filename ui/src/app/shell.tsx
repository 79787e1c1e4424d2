import {
    ActionIcon,
    AppShell,
    Box,
    Burger,
    Button,
    Group,
    Kbd,
    Menu,
    NavLink,
    Text,
    useMantineColorScheme,
    VisuallyHidden,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { languages, setLanguage } from '@/shared/i18n/i18n';
import { logOut, useMe } from '@/shared/session/session';
import { IconMoon, IconSearch, IconSun, IconUsers } from '@/shared/ui/icons';
import { failed } from '@/shared/ui/notify';
import { Waiting } from '@/shared/ui/states';
import { areasOf } from './navigation';
import { Palette } from './palette';
import css from './shell.module.css';
import { Shortcuts } from './shortcuts';

const PasswordDialog = lazy(() =>
    import('./password-dialog').then(({ PasswordDialog }) => ({ default: PasswordDialog })),
);

const SessionsDialog = lazy(() =>
    import('./sessions-dialog').then(({ SessionsDialog }) => ({ default: SessionsDialog })),
);

export function Shell() {
    const { t } = useTranslation();
    const [isOpen, menu] = useDisclosure(false);
    const [isPalette, palette] = useDisclosure(false);
    const path = useRouterState({ select: (s) => s.location.pathname });
    useEffect(() => menu.close(), [path, menu]);
    return (
        <AppShell
            header={{ height: 52 }}
            navbar={{ width: 212, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
            padding="lg"
            classNames={{ main: css.main, navbar: css.navbar, header: css.header }}
        >
            <a href="#content" className={css.skip}>
                {t('Skip to the content')}
            </a>
            <AppShell.Header>
                <Group h="100%" px="md" gap="sm" wrap="nowrap">
                    <Burger
                        opened={isOpen}
                        onClick={menu.toggle}
                        hiddenFrom="sm"
                        size="sm"
                        aria-label={t('Navigation')}
                    />
                    <Link to="/" className={css.brand}>
                        boon
                    </Link>
                    <button type="button" className={css.find} onClick={palette.open}>
                        <IconSearch size={16} />
                        <span className={css.findText}>{t('Find offers, customers, screens')}</span>
                        <Kbd size="xs" visibleFrom="sm">
                            {/mac/i.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'}
                        </Kbd>
                    </button>
                    <SchemeToggle />
                    <PersonMenu />
                </Group>
            </AppShell.Header>
            <AppShell.Navbar>
                <Navigation path={path} />
            </AppShell.Navbar>
            <AppShell.Main id="content" tabIndex={-1}>
                <Suspense fallback={<Waiting />}>
                    <Outlet />
                </Suspense>
            </AppShell.Main>
            <Palette isOpen={isPalette} onOpen={palette.open} onClose={palette.close} />
            <Shortcuts />
        </AppShell>
    );
}

function Navigation({ path }: { path: string }) {
    const { t } = useTranslation();
    const { permissions } = useMe();
    const isHere = (place: string) => (place === '/' ? path === '/' : path === place || path.startsWith(`${place}/`));
    return (
        <nav aria-label={t('Screens')} className={css.nav}>
            {areasOf(t).map((area) => {
                const places = area.places.filter((p) => !p.needs || permissions.includes(p.needs));
                if (places.length === 0) {
                    return null;
                }
                return (
                    <div key={area.label} role="group" aria-label={area.label || undefined}>
                        {area.label && <Text className={css.area}>{area.label}</Text>}
                        {places.map((place) => (
                            <NavLink
                                key={place.path}
                                renderRoot={(props) => <Link to={place.path} {...props} />}
                                label={place.label}
                                leftSection={<place.icon />}
                                active={isHere(place.path)}
                                aria-current={isHere(place.path) ? 'page' : undefined}
                                classNames={{ root: css.place }}
                            />
                        ))}
                    </div>
                );
            })}
        </nav>
    );
}

function SchemeToggle() {
    const { t } = useTranslation();
    const { toggleColorScheme } = useMantineColorScheme();
    return (
        <ActionIcon variant="subtle" color="gray" size="lg" onClick={toggleColorScheme} aria-label={t('Light or dark')}>
            <span className={css.sun}>
                <IconSun />
            </span>
            <span className={css.moon}>
                <IconMoon />
            </span>
        </ActionIcon>
    );
}

function PersonMenu() {
    const { t, i18n } = useTranslation();
    const me = useMe();
    const navigate = useNavigate();
    const [isPassword, password] = useDisclosure(false);
    const [isSessions, sessions] = useDisclosure(false);
    const leave = (everywhere: boolean) =>
        logOut(everywhere).then(() => navigate({ to: '/login', search: {} }), failed);
    const name = me.full_name || me.name || t('API key');
    return (
        <>
            <Menu position="bottom-end" width={240}>
                <Menu.Target>
                    <Button variant="subtle" color="gray" size="compact-md" px={8} maw={180} flex="none">
                        <Box component="span" className="ellipsis" visibleFrom="sm">
                            <bdi>{name}</bdi>
                        </Box>
                        <Box component="span" lh={0} hiddenFrom="sm">
                            <IconUsers />
                        </Box>
                        <VisuallyHidden>{t('Your account')}</VisuallyHidden>
                    </Button>
                </Menu.Target>
                <Menu.Dropdown>
                    <Menu.Label>
                        {me.role ? t('Role: {{role}}', { role: me.role }) : t('Signed in with an API key')}
                    </Menu.Label>
                    {languages.map((language) => (
                        <Menu.Item
                            key={language.code}
                            disabled={i18n.language === language.code}
                            lang={language.code}
                            onClick={() => void setLanguage(language.code)}
                        >
                            {language.name}
                        </Menu.Item>
                    ))}
                    <Menu.Divider />
                    <Menu.Item component="a" href="/docs" target="_blank">
                        {t('API documentation')}
                    </Menu.Item>
                    {me.role && (
                        <>
                            <Menu.Item onClick={password.open}>{t('Change password')}</Menu.Item>
                            <Menu.Item onClick={sessions.open}>{t('Your sessions')}</Menu.Item>
                            <Menu.Item onClick={() => void leave(false)}>{t('Sign out')}</Menu.Item>
                            <Menu.Item onClick={() => void leave(true)}>{t('Sign out everywhere')}</Menu.Item>
                        </>
                    )}
                </Menu.Dropdown>
            </Menu>
            {isPassword && (
                <Suspense>
                    <PasswordDialog isOpen onClose={password.close} />
                </Suspense>
            )}
            {isSessions && (
                <Suspense>
                    <SessionsDialog onClose={sessions.close} />
                </Suspense>
            )}
        </>
    );
}
