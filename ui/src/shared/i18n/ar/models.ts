export const models: Record<string, string> = {
    '0: right on the whole; above 0: it says too little; below: too much.':
        '0: صحيح إجمالًا؛ فوق 0: يقول أقل مما ينبغي؛ تحته: أكثر مما ينبغي.',
    '1: as spread as it should be; below 1: too extreme; above: too timid.':
        '1: منتشر كما ينبغي؛ دون 1: متطرف؛ فوقه: متحفظ.',
    '95 %: {{interval}}': '95 %: {{interval}}',
    'A newer version passed the gate and waits': 'إصدار أحدث أجازته البوابة وينتظر',
    'A version that the gate passes serves at once, and the one before can be rolled back to. One that it refuses does not serve.':
        'الإصدار الذي تجيزه البوابة يعمل فورًا، ويمكن الرجوع إلى ما قبله. وما ترفضه لا يعمل.',
    AUC: 'AUC',
    Accuracy: 'الدقة',
    'All models': 'كل النماذج',
    'As the mean absolute error, but large mistakes count more.': 'كمتوسط الخطأ المطلق، لكن الأخطاء الكبيرة أثقل.',
    'Average precision': 'متوسط الدقة',
    'Beside it': 'بجانبه',
    Better: 'الأفضل',
    'Brier score': 'درجة Brier',
    'Calibration error': 'خطأ المعايرة',
    'Calibration intercept': 'ثابت المعايرة',
    'Calibration slope': 'ميل المعايرة',
    'Came to serve': 'بدأ العمل',
    'Compare it with what serves': 'قارنه بما يعمل',
    'Done: the next prediction uses it.': 'تمّ: يستخدمه التوقع التالي.',
    Drift: 'الانحراف',
    'Drift will appear here': 'سيظهر الانحراف هنا',
    'Each on its own test rows. Where the intervals overlap, the two cannot be told apart.':
        'كل على صفوف اختباره. وحيث تتداخل المجالات لا يمكن التمييز بينهما.',
    'Error by tenths': 'الخطأ حسب الأعشار',
    'False alarms': 'إنذارات كاذبة',
    Found: 'وُجد',
    'Gain: customers from the highest prediction down. The thin line is chance.':
        'الكسب: العملاء من أعلى توقع نزولًا. الخط الرفيع هو المصادفة.',
    'Have the customers moved away from what it learnt?': 'هل ابتعد العملاء عمّا تعلّمه؟',
    'How far off the amount is, on average: lower is better.': 'كم يبعد المبلغ في المتوسط: الأقل أفضل.',
    'How far the tenths’ predicted means are from what came, as a share of the mean.':
        'كم تبعد متوسطات الأعشار المتوقعة عما تحقق، كحصة من المتوسط.',
    'How far what it said is from what came true, over tenths: lower is better.':
        'كم يبعد ما قاله عما تحقق، على الأعشار: الأقل أفضل.',
    'How good a version is on rows it had not seen, and whether customers are still as they were.':
        'كم يجيد الإصدار على صفوف لم يرها، وهل ما زال العملاء كما كانوا.',
    'How good is it?': 'كم هو جيد؟',
    'How many are found by asking the best first?': 'كم يوجد عند البدء بالأعلى توقعًا؟',
    'How many times more often it came true in the tenth ranked highest than in all.':
        'كم مرة تحقق في العُشر الأعلى أكثر مما في الجميع.',
    'How much better than chance is the top?': 'كم تفوق القمة المصادفة؟',
    'How much lower its loss is than that of simple predictors, on the same rows.':
        'كم تقل خسارته عن خسارة متوقعات بسيطة على الصفوف نفسها.',
    'How often one who did is ranked above one who did not: 0.5 is chance, 1 is perfect.':
        'كم مرة يُرتب من فعل فوق من لم يفعل: 0.5 مصادفة، و1 تام.',
    'How surprised the model was by what happened: lower is better.': 'كم فاجأ النموذجَ ما حدث: الأقل أفضل.',
    'How well does it tell who will from who will not?': 'كم يميّز من سيفعل ممن لن يفعل؟',
    'Interval coverage': 'تغطية المجال',
    'Is it better than something simple?': 'هل هو أفضل من شيء بسيط؟',
    'It is no longer offered for promotion. Its card stays, and it can be promoted again.':
        'لا يُعرض للاعتماد بعدها. تبقى بطاقته، ويمكن اعتماده ثانية.',
    'Its loss': 'خسارته',
    'Its scores': 'درجاته',
    'Its versions will appear here': 'ستظهر إصداراته هنا',
    Lift: 'الرفع',
    'Lift of the best tenth': 'رفع العُشر الأعلى',
    'Lift: how often it came true among those, against all. 1 is chance.':
        'الرفع: كم تحقق بين هؤلاء مقارنة بالجميع. 1 هو المصادفة.',
    'Log-loss': 'الخسارة اللوغاريتمية',
    'May it serve?': 'هل يجوز أن يعمل؟',
    'Mean absolute error': 'متوسط الخطأ المطلق',
    'Measure again': 'قِس ثانية',
    'Measure now': 'قِس الآن',
    Measured: 'قيس',
    'Measured on {{version}}: the version that serves has not been measured yet.':
        'قيس على {{version}}: الإصدار العامل لم يُقس بعد.',
    'Most moved feature': 'أكثر خاصية تحركت',
    'Newest version': 'أحدث إصدار',
    'No version serves now: the stated fallback does.': 'لا إصدار يعمل الآن: يعمل البديل المعلن.',
    'None has moved.': 'لم يتحرك شيء.',
    'Nothing that serves changes.': 'لا يتغير شيء مما يعمل.',
    'On {{n}} rows it had not seen.': 'على صفوف لم يرها: {{n}}.',
    'Only judge it: keep nothing': 'احكم عليه فقط: لا تحفظ شيئًا',
    'Population stability index (PSI) against the base when the version came to serve: below 0.1 stable, from 0.25 on drifted.':
        'مؤشر ثبات السكان (PSI) مقارنة بالقاعدة حين بدأ الإصدار يعمل: دون 0.1 ثابت، ومن 0.25 منحرف.',
    'Promote version {{version}} of {{model}}?': 'اعتماد الإصدار {{version}} من {{model}}؟',
    'Propensity to buy': 'الميل إلى الشراء',
    Upsell: 'البيع الأعلى',
    'Cross-sell': 'البيع المتقاطع',
    'Default risk': 'خطر التعثر',
    Engagement: 'التفاعل',
    'Campaign response': 'الاستجابة للحملة',
    'Product recommendation': 'توصية المنتجات',
    'Next best offer': 'أفضل عرض تالٍ',
    Quality: 'الجودة',
    'ROC: the nearer to the upper left corner, the better. The thin line is chance.':
        'ROC: كلما اقترب من الزاوية العليا اليسرى كان أفضل. الخط الرفيع هو المصادفة.',
    'Rank correlation': 'ارتباط الرتب',
    'Retire version {{version}} of {{model}}?': 'إنهاء الإصدار {{version}} من {{model}}؟',
    'Root mean squared error': 'جذر متوسط مربع الخطأ',
    Serves: 'يعمل',
    'Share of the customers': 'حصة العملاء',
    'Simple predictor': 'متوقع بسيط',
    'Tested on {{n}} of {{all}} rows, from {{date}} on.': 'اختُبر على {{n}} من {{all}} صفًا، ابتداءً من {{date}}.',
    'The first measurement keeps the base as it is; every later one, once a day, is compared with it.':
        'يحفظ القياس الأول القاعدة كما هي؛ ويُقارن به كل قياس بعده، مرة في اليوم.',
    'The mean squared distance from probability to outcome: lower is better.':
        'متوسط مربع البعد بين الاحتمال والنتيجة: الأقل أفضل.',
    'The model’s is lower by': 'خسارة النموذج أقل بمقدار',
    'The scores of the whole base follow with the next daily run.': 'تتبع درجات القاعدة كلها مع التشغيل اليومي التالي.',
    'The share of amounts inside the stated 80 % intervals: 0.8 is right.':
        'حصة المبالغ داخل مجالات 80 % المعلنة: 0.8 هو الصواب.',
    'The share of rows whose likeliest class was the true one.': 'حصة الصفوف التي كان صنفها الأرجح هو الصحيح.',
    'The share of the loss that each feature’s splits took away. {{n}} features are used.':
        'حصة الخسارة التي أزالتها تقسيمات كل خاصية. الخصائص المستخدمة: {{n}}.',
    'The share that came true among those ranked highest, over all cuts: chance is the base rate.':
        'حصة ما تحقق بين الأعلى ترتيبًا على كل الحدود: المصادفة هي المعدل الأساسي.',
    'The version is retired.': 'أُنهي الإصدار.',
    'Train again': 'تدريب من جديد',
    'Value, 95 % interval': 'القيمة، مجال 95 %',
    'What does it look at?': 'إلى ماذا ينظر؟',
    'Whether inputs and scores are still spread as when the version came to serve.':
        'هل ما زالت المدخلات والدرجات موزعة كما كانت حين بدأ الإصدار يعمل.',
    'Whether those predicted more bring more: 1 is the same order, 0 is none.':
        'هل يجلب أكثر من توقع له أكثر: 1 الترتيب نفسه، و0 لا علاقة.',
    'Which inputs moved most?': 'أي المدخلات تحرك أكثر؟',
    'cannot tell': 'لا يمكن التمييز',
    drifted: 'منحرف',
    'measured {{ago}}': 'قيس {{ago}}',
    moving: 'يتحرك',
    'no other': 'لا آخر',
    'not measured yet': 'لم يُقس بعد',
    'refused by the gate': 'رفضته البوابة',
    serves: 'يعمل',
    'promoted {{ago}}': 'اعتُمد {{ago}}',
    stable: 'ثابت',
    'the fallback': 'البديل',
    'trained {{ago}}': 'دُرّب {{ago}}',
    'waits to be promoted': 'ينتظر الاعتماد',
    '{{n}} customers, measured {{ago}}, against {{date}}.': 'العملاء: {{n}}، قيس {{ago}}، مقارنة بـ {{date}}.',
    '{{version}} serves from the next prediction and decision on.':
        'يعمل {{version}} ابتداءً من التوقع والقرار التاليين.',
    '{{version}}, which has served since {{date}}, retires; it can be promoted again.':
        'يُنهى {{version}} الذي يعمل منذ {{date}}؛ ويمكن اعتماده ثانية.',
    'Above 0: choosing by uplift gains more than choosing who is likely to respond.':
        'فوق 0: الاختيار حسب الأثر يكسب أكثر من اختيار من يُرجّح أن يستجيب.',
    'Average effect': 'متوسط الأثر',
    'By how much the rate of response is higher with it than without it, over all.':
        'كم يزيد معدل الاستجابة معه عنه دونه، إجمالًا.',
    Gained: 'المكتسب',
    'How much is gained by choosing whom it moves most?': 'كم يُكسب باختيار من يحركه أكثر؟',
    Qini: 'Qini',
    'Qini over the response model’s order': 'Qini فوق ترتيب نموذج الاستجابة',
    'Responses gained for each one treated, from the highest score down: {{treated}} with it, {{control}} without. The thin line is a random choice.':
        'الاستجابات المكتسبة لكل من شملهم، من أعلى درجة نزولًا: {{treated}} معه و{{control}} دونه. الخط الرفيع اختيار عشوائي.',
    'The effect among those whom it is expected to move most.': 'الأثر بين من يُتوقع أن يحركهم أكثر.',
    'Uplift of the first {{share}}': 'أثر أول {{share}}',
    'What does a contact change?': 'ماذا يغيّر الاتصال؟',
    'What does the first offer change?': 'ماذا يغيّر العرض الأول؟',
    'What the order gains over a random one, for each one treated: above 0 it tells whom to choose.':
        'ما يكسبه الترتيب فوق ترتيب عشوائي لكل من شملهم: فوق 0 يدل على من يُختار.',
};
