"""What the pack says about itself in words: uses, limits, sources."""

from __future__ import annotations

from ..cxr_align.words import ATTRIBUTIONS as ALL_ATTRIBUTIONS

NAME, VERSION = "roentgen-mini", "1.0.0"
TITLE = "roentgen-mini: small synthetic chest radiographs from short English prompts"
INTENDED_USE = (
    "Development, demonstration and testing of software that serves latent diffusion models of the Stable Diffusion kind (RoentGen and its like) on two processor cores. Research on small models."
)
NOT_FOR = (
    "Diagnosis, teaching how disease looks, training or testing of medical models, or any other use in which a picture is taken for a patient's film. Not a medical device. Not for showing that a finding "
    "was drawn where or as it would be: no radiologist has looked at the pictures."
)
LIMITATIONS = [
    "Everything that it makes is synthetic and small (192 x 192 pixels). Ribs and vessels are soft, letters and markers are smudges, devices are not drawn.",
    "Adults in AP view come out foggy, about one in five without a shape of lungs at all. Ask for adults in PA view.",
    "An effusion or edema that the prompt names cannot be seen in the pictures. In adults 'pneumonia' mostly changes contrast, which is how the two groups of NIH films here differ, not how disease looks.",
    "Pictures of one prompt are more alike than real films are, and of one seed alike across prompts.",
    "The prompts of training were composed from labels; no report was seen. Only view, child or adult, sex, age group and the labels' findings mean anything; place, side, size and severity do not.",
    "Datasets differ in everything: 'child' is one hospital in Guangzhou (AP), 'adult' is NIH. The model cannot draw a child of the one in the manner of the other.",
    "Guidance exaggerates: where a judge tells made bacterial from made viral pneumonia better than real ones, it reads what the two groups of films differ in (brightness and framing included), not disease.",
    "Findings other than pneumonia come from a few dozen NIH films each. That a picture carries them was not measured, and nothing is claimed.",
    "Sex and age groups were trained with and not measured.",
    "COVID-19 was left out: in the trial it came out broken. Films of other sources than NIH and Guangzhou were only seen by the autoencoder.",
    "cxr-align judges here and its first convolutions were a loss of the autoencoder's training, so it is no independent judge; the classifier trained apart is, but it is small and shares the films.",
    "A word outside the training prompts is split into pieces and read by chance. Negations ('no effusion') were hardly trained.",
    "Sizes other than 192 x 192 are not offered: the model never saw any.",
    "One seed, one run, on a fraction of two busy processor cores. Figures come from the same sources as the training films.",
    "Its figures on `test` were read twice: between the readings a counting fault in the judge of bacterial and viral films was mended on the same weights, and 20 default steps instead of 8 were chosen on what was read.",
]
ATTRIBUTIONS = ALL_ATTRIBUTIONS[:4]
DATA_NAMES = {
    "kermany": "Kermany 2018 (children, Guangzhou)", "nih": "NIH ChestX-ray14 (1000-image subset, adults)", "hannover": "COVID-19 Image Repository (Hannover)",
    "cohen": "covid-chestxray-dataset (CC BY films)", "all": "all datasets pooled",
}
CITATION = (
    "Chambon P, Bluethgen C, Delbrouck J-B, et al. RoentGen: Vision-Language Foundation Model for Chest X-ray Generation. arXiv:2211.12737. Rombach R, Blattmann A, Lorenz D, Esser P, Ommer B. "
    "High-Resolution Image Synthesis with Latent Diffusion Models. CVPR 2022. This pack is a small model of that design, not the authors' work or weights."
)
EXAMPLES = [
    "chest radiograph, AP view, child, no finding", "chest radiograph, AP view, child, bacterial pneumonia", "chest radiograph, AP view, child, viral pneumonia",
    "chest radiograph, PA view, adult, female, no finding", "chest radiograph, PA view, adult, male, pneumonia", "clear lungs, PA view, adult",
]
