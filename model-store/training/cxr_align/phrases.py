"""How a fact about a film may be worded. Each fact also has wordings that training never sees."""

from __future__ import annotations

PHRASES: dict[str, list[str]] = {
    "normal": [
        "normal", "no finding", "no findings", "normal chest", "clear lungs", "the lungs are clear", "lungs clear", "healthy lungs",
        "both lungs are clear", "clear lung fields", "no acute cardiopulmonary disease", "no acute abnormality", "normal lungs",
        "no acute cardiopulmonary process", "normal study", "unremarkable", "unremarkable lungs", "no focal opacity", "no abnormality",
        "no airspace disease", "no active disease", "normal appearance of the lungs", "no pathological finding", "well aerated lungs",
        "no evidence of disease", "normal chest without abnormality", "no infiltrate or effusion", "without acute findings",
        "negative chest", "no opacity", "no lung disease", "no sign of infection", "the lungs show no opacity", "healthy chest",
    ],
    "abnormal": [
        "abnormal", "abnormal chest", "abnormal lungs", "abnormality", "there is an abnormality", "pathological finding", "not normal",
        "pathological chest", "the lungs are abnormal", "an abnormal finding is present", "lung disease", "evidence of disease",
        "acute findings", "abnormal study", "acute abnormality", "lung opacity", "the lungs are not clear", "signs of disease",
        "active disease", "diseased lungs", "abnormal opacity",
    ],
    "pneumonia": [
        "pneumonia", "findings of pneumonia", "signs of pneumonia", "consistent with pneumonia", "lung infection", "infection",
        "evidence of pneumonia", "pneumonic infiltrate", "pneumonic opacity", "airspace opacity due to pneumonia", "pneumonia is seen",
        "opacity compatible with pneumonia", "infectious infiltrate", "infected lung", "pulmonary infection", "inflammation of the lung",
        "acute pneumonia", "suspicious for pneumonia", "pneumonia in the lungs", "patient with pneumonia", "airspace disease",
        "pneumonia is present", "there is pneumonia", "infectious opacities in the lungs", "pneumonic consolidation",
    ],
    "bacterial": [
        "bacterial pneumonia", "bacterial infection", "bacterial", "pneumonia caused by bacteria", "pneumonia due to bacteria",
        "lobar pneumonia", "bacterial lung infection", "focal consolidation of bacterial pneumonia", "bacterial cause of pneumonia",
        "typical bacterial pneumonia", "signs of bacterial pneumonia", "bacterial infection of the lungs", "bacterial infiltrate",
        "pneumonia of bacterial type", "dense lobar consolidation from bacterial infection", "bacterial pneumonia is seen",
    ],
    "viral": [
        "viral pneumonia", "viral infection", "viral", "pneumonia caused by a virus", "pneumonia due to a virus", "viral lung infection",
        "interstitial pneumonia", "diffuse interstitial pattern of viral pneumonia", "viral cause of pneumonia", "viral pneumonitis",
        "signs of viral pneumonia", "viral infection of the lungs", "viral infiltrate", "pneumonia of viral type", "viral pneumonia is seen",
        "diffuse interstitial opacities from viral infection",
    ],
    "covid": [
        "covid-19", "covid", "covid-19 pneumonia", "coronavirus disease", "sars-cov-2 infection", "infection with sars-cov-2",
        "coronavirus pneumonia", "covid-19 patient", "confirmed covid-19",
    ],
    "infiltration": ["infiltration", "infiltrate", "infiltrates", "lung infiltrate", "pulmonary infiltrates", "infiltrates in the lungs"],
    "effusion": ["effusion", "pleural effusion", "pleural fluid", "fluid in the pleural space", "effusions", "pleural effusion is seen"],
    "atelectasis": ["atelectasis", "atelectatic change", "collapse of lung tissue", "partial lung collapse", "volume loss with atelectasis"],
    "edema": ["edema", "pulmonary edema", "lung edema", "oedema", "pulmonary oedema", "fluid overload with edema", "vascular congestion with edema"],
    "consolidation": ["consolidation", "lung consolidation", "airspace consolidation", "focal consolidation", "consolidated lung"],
    "thickening": ["pleural thickening", "thickened pleura", "thickening of the pleura"],
    "nodule": ["nodule", "lung nodule", "pulmonary nodule", "nodules"],
    "mass": ["mass", "lung mass", "pulmonary mass", "a mass in the lung"],
    "cardiomegaly": ["cardiomegaly", "enlarged heart", "large heart", "cardiac enlargement", "enlarged cardiac silhouette"],
    "emphysema": ["emphysema", "emphysematous lungs", "hyperinflated lungs with emphysema"],
    "fibrosis": ["fibrosis", "pulmonary fibrosis", "lung fibrosis", "fibrotic change"],
    "pneumothorax": ["pneumothorax", "collapsed lung with pneumothorax", "air in the pleural space"],
    "ap": [
        "ap view", "ap", "anteroposterior", "anteroposterior view", "ap projection", "frontal ap", "ap film", "portable ap",
        "ap portable", "anterior to posterior view", "anteroposterior radiograph", "ap chest", "supine ap",
    ],
    "pa": [
        "pa view", "pa", "posteroanterior", "posteroanterior view", "pa projection", "frontal pa", "pa film", "upright pa",
        "standing pa", "posterior to anterior view", "posteroanterior radiograph", "pa chest", "erect pa",
    ],
    "child": [
        "child", "young child", "a child", "paediatric", "pediatric", "paediatric chest", "pediatric patient", "infant or toddler",
        "children", "of a child", "small child aged one to five years", "childhood", "paediatric patient", "kid",
    ],
    "adult": ["adult", "an adult", "adult patient", "of an adult", "grown up", "adult chest", "adult person"],
    "male": ["male", "man", "male patient", "of a man", "he", "gentleman"],
    "female": ["female", "woman", "female patient", "of a woman", "she", "lady"],
    "young": ["young adult", "aged under forty", "young adult patient", "in their twenties or thirties"],
    "middle": ["middle aged", "aged forty to sixty", "middle-aged patient", "in their forties or fifties"],
    "elderly": ["elderly", "old", "aged over sixty", "elderly patient", "old patient", "senior"],
}

HELD_OUT: dict[str, list[str]] = {
    "normal": ["no abnormality is seen in the lungs", "clear chest without focal disease", "lungs are normal and clear", "the chest is free of disease"],
    "abnormal": ["abnormality seen in the lungs", "there are pathological findings", "disease is present in the lungs"],
    "pneumonia": ["opacities due to infection", "evidence of pulmonary infection", "pneumonia present in the chest", "infiltrate suspicious for infection"],
    "bacterial": ["pneumonia of bacterial origin", "bacterial infection in the chest", "consolidation caused by bacteria"],
    "viral": ["pneumonia of viral origin", "viral infection in the chest", "interstitial opacities caused by a virus"],
    "ap": ["anteroposterior projection", "portable anteroposterior film", "ap radiograph"],
    "pa": ["posteroanterior projection", "upright posteroanterior film", "pa radiograph"],
}

NEGATIONS = ["no {}", "no evidence of {}", "without {}", "no sign of {}", "negative for {}", "there is no {}", "{} is not seen", "free of {}", "absence of {}", "no {} is seen"]
NEGATED_NOUNS: dict[str, list[str]] = {
    "abnormal": ["abnormality", "lung disease", "acute findings", "abnormal finding"],
    "pneumonia": ["pneumonia", "lung infection", "infection", "airspace disease", "pulmonary infection", "signs of pneumonia"],
    "bacterial": ["bacterial pneumonia", "bacterial infection"],
    "viral": ["viral pneumonia", "viral infection"],
    "covid": ["covid-19", "covid-19 pneumonia"],
    "infiltration": ["infiltration", "infiltrate", "infiltrates"],
    "effusion": ["effusion", "pleural effusion", "pleural fluid"],
    "atelectasis": ["atelectasis"],
    "edema": ["edema", "pulmonary edema", "oedema"],
    "consolidation": ["consolidation", "focal consolidation", "airspace consolidation"],
    "thickening": ["pleural thickening"],
    "nodule": ["nodule", "lung nodule"],
    "mass": ["mass", "lung mass"],
    "cardiomegaly": ["cardiomegaly", "enlarged heart"],
    "emphysema": ["emphysema"],
    "fibrosis": ["fibrosis"],
    "pneumothorax": ["pneumothorax"],
}

FRAMES = [
    "{}", "{}.", "chest radiograph with {}", "chest x-ray showing {}", "findings: {}", "impression: {}", "frontal chest radiograph, {}", "x-ray of {}",
    "chest film: {}", "a chest radiograph of {}", "radiograph shows {}", "there is {}", "the film shows {}", "a chest x-ray of {}", "cxr: {}", "{} on chest x-ray",
    "{} on this radiograph", "chest radiograph, {}", "this is a chest x-ray with {}", "image of {}", "frontal chest radiograph showing {}", "an x-ray showing {}",
]
OPENINGS = ["chest radiograph", "frontal chest radiograph", "chest x-ray", "frontal chest x-ray", "chest film", "radiograph", "cxr", "x-ray"]

REGIONS: dict[str, list[str]] = {
    "lungs": ["lungs", "both lungs", "the lungs", "lung", "lung fields", "lung parenchyma", "bilateral lungs", "left and right lung", "bilateral", "pulmonary", "lung tissue", "both lung fields"],
    "right": ["right lung", "the right lung", "right", "right side", "right hemithorax", "right-sided", "in the right lung", "on the right", "right lung field", "opacity in the right lung", "right lung is clear"],
    "left": ["left lung", "the left lung", "left", "left side", "left hemithorax", "left-sided", "in the left lung", "on the left", "left lung field", "opacity in the left lung", "left lung is clear"],
    "upper": ["upper zones", "upper lungs", "both upper lobes", "upper zone", "upper"],
    "middle": ["mid zones", "middle zones", "middle zone", "mid lungs"],
    "lower": ["lower zones", "lung bases", "bases", "both lower lobes", "lower zone", "lower", "basal"],
    "right upper": ["right upper zone", "right upper lung", "right upper lobe", "right apex"],
    "right middle": ["right mid zone", "right middle zone"],
    "right lower": ["right lower zone", "right lower lung", "right lung base", "right lower lobe", "right base"],
    "left upper": ["left upper zone", "left upper lung", "left upper lobe", "left apex"],
    "left middle": ["left mid zone", "left middle zone"],
    "left lower": ["left lower zone", "left lower lung", "left lung base", "left lower lobe", "left base"],
}
HELD_OUT_REGIONS: dict[str, list[str]] = {
    "lungs": ["the lung fields", "opacity in both lungs"],
    "right": ["the right hemithorax", "right pulmonary field", "the right side of the chest"],
    "left": ["the left hemithorax", "left pulmonary field", "the left side of the chest"],
}

VOCABULARY_EXTRA = (
    "apical basilar hilar perihilar mediastinum mediastinal hilum diaphragm costophrenic angle blunting trachea aorta aortic rib ribs fracture clavicle spine bone "
    "catheter tube line pacemaker device heart cardiac vascular vessels congestion hazy patchy dense diffuse focal multifocal ground-glass reticular nodular "
    "interstitial alveolar opacification opacities shadow shadows hyperinflation tuberculosis cancer tumor tumour metastases granuloma calcification bronchitis "
    "bronchiectasis peribronchial cuffing hernia scoliosis emphysematous mild moderate severe small large increased decreased stable improved worsened new old acute "
    "chronic bilateral unilateral segment segmental lobe lobar zone region third half minor fissure pleura thickened supine erect portable patient year years old "
    "history fever cough dyspnea pain intensive care ventilated admission which where what with without and or not is are was the this that of in on at to for from"
).split()
