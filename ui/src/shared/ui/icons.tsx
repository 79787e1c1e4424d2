// Outlines of 24 units, drawn for boon. All of them are decoration: the words stand beside them or in aria-label.
import type { ReactNode } from 'react';

function Icon({ children, size = 18 }: { children: ReactNode; size?: number }) {
    return (
        <svg
            width={size}
            height={size}
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.75"
            strokeLinecap="round"
            strokeLinejoin="round"
            aria-hidden="true"
            focusable="false"
        >
            {children}
        </svg>
    );
}

const outline = (path: string) =>
    function Drawn({ size }: { size?: number }) {
        return (
            <Icon size={size}>
                <path d={path} />
            </Icon>
        );
    };

export const IconDots = outline('M5 12h.01M12 12h.01M19 12h.01');
export const IconHome = outline('M4 11l8-7 8 7M6 10v10h12V10M10 20v-6h4v6');
export const IconOffers = outline('M4 4h7l9 9-7 7-9-9zM8 8h.01');
export const IconLab = outline('M9 3h6M10 3v6l-6 10a1.5 1.5 0 0 0 1.3 2h13.4a1.5 1.5 0 0 0 1.3-2L14 9V3M7 15h10');
export const IconLifecycle = outline('M4 12a8 8 0 0 1 14-5.3M20 12a8 8 0 0 1-14 5.3M18 3v4h-4M6 21v-4h4');
export const IconValue = outline('M4 20V10M10 20V4M16 20v-7M22 20H2');
export const IconCustomers = outline(
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-3.5 2.7-5 6-5s6 1.5 6 5M16 4.5a3 3 0 0 1 0 6M18 15.5c2 .6 3 2 3 4.5',
);
export const IconAudiences = outline('M3 5h18l-7 8v6l-4-2v-4z');
export const IconCampaigns = outline('M3 10v4l12 5V5zM15 9a3 3 0 0 1 0 6M6 15v4h3v-3');
export const IconModels = outline('M4 18l5-7 4 4 7-10M16 5h4v4');
export const IconSync = outline('M4 9h13l-3-3M20 15H7l3 3');
export const IconJobs = outline('M12 8v4l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z');
export const IconAudit = outline('M6 3h9l4 4v14H6zM9 12h7M9 16h7M9 8h3');
export const IconUsers = outline('M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 3.6-6 8-6s8 2 8 6');
export const IconKeys = outline('M8 18a4 4 0 1 1 3.5-6H21v3h-2v3h-3v-3h-4.500A4 4 0 0 1 8 18zM8 14h.01');
export const IconSettings = outline(
    'M4 7h10M18 7h2M4 17h2M10 17h10M16 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM8 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
);
export const IconSearch = outline('M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16.500 16.500L21 21');
export const IconSun = outline(
    'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.500 1.500M17.500 17.500L19 19M19 5l-1.500 1.500M6.500 17.500L5 19',
);
export const IconMoon = outline('M20 14A8.500 8.500 0 0 1 10 4a8.500 8.500 0 1 0 10 10z');
export const IconWebhooks = outline('M4 4l16 8-16 8 3-8zM7 12h13');
