export const audiences: Record<string, string> = {
    'A customer is in it when the rule is known to be true, from one moment to the next.':
        'يكون العميل فيها متى عُرف أن القاعدة صحيحة، لحظة بلحظة.',
    'Add a condition: the count follows as you write.': 'أضف شرطًا: يتبعه العدد وأنت تكتب.',
    Audience: 'الجمهور',
    'Audience of the stage {{stage}}': 'جمهور المرحلة {{stage}}',
    Audiences: 'الجماهير',
    'Audiences will appear here': 'ستظهر الجماهير هنا',
    'Create the audience': 'إنشاء الجمهور',
    'Customers now': 'العملاء الآن',
    Delete: 'حذف',
    'Delete the audience “{{name}}”?': 'حذف الجمهور «{{name}}»؟',
    'Edit the audience “{{name}}”': 'تعديل الجمهور «{{name}}»',
    'Export as CSV': 'تصدير كملف CSV',
    'How many are they?': 'كم عددهم؟',
    'Its customers stay as they are. An audience that offers are aimed at is not deleted.':
        'يبقى عملاؤه كما هم. لا يُحذف جمهور تستهدفه عروض.',
    'Make one': 'إنشاء',
    'New audience': 'جمهور جديد',
    'Nobody is selected as things are now.': 'لا أحد مختار في الوضع الحالي.',
    'Rules with a name that select customers. Offers are aimed at them, and their customers go out as lists.':
        'قواعد لها اسم تختار العملاء. تستهدفها العروض، ويخرج عملاؤها كقوائم.',
    'Say whom you mean, see how many they are, then aim an offer at them.':
        'قل من تقصد، وانظر كم عددهم، ثم وجّه إليهم عرضًا.',
    Selects: 'يختار',
    'Some of them, evenly spread': 'بعضهم، موزعون بالتساوي',
    'The audience is deleted.': 'حُذف الجمهور.',
    'The audience “{{name}}” is saved.': 'حُفظ الجمهور «{{name}}».',
    'What it said then is its next version. Offers that are aimed at it follow at once.':
        'ما قاله حينها هو إصداره التالي. تتبعه العروض الموجهة إليه فورًا.',
    'Whom does it select?': 'من يختار؟',
    'a–z, 0–9, _ and -; offers name it so': 'a–z و0–9 و_ و-؛ هكذا تسميه العروض',
    '{{share}} of {{all}} with a profile': '{{share}} من {{all}} ممن لهم ملف',
};
