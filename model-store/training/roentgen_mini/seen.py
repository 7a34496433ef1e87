"""What a person saw on the sheets of this version, and what was tried."""

SEEN = {
    "sheet": (
        "Looked at by eye, 48 pictures. **Children (three rows)**: at a glance all eighteen pass for small, soft radiographs: arms, ribs in order, spine, heart on the right side of the picture, diaphragm. Looked at closely, ribs fork, end or join "
        "in knots, the neck is a smudge and there is no marker. 'No finding' has dark clear lungs; both pneumonias have hazy ones and a wide heart; bacterial and viral of one seed differ in little but brightness. "
        "**Adults, PA (three rows)**: recognisable, with lungs, shoulders, heart and diaphragm, but soft: no vessels, hardly a rib, costophrenic angles lost. The last seed has a bar of noise along the lower edge. 'Pneumonia' has darker, crisper lungs than 'no finding': contrast of "
        "the two groups of films, not disease. No effusion is to be seen where one was asked for. **Adults, AP (two rows)**: foggy, lungs as faint shadows; the second seed is a smear without lungs. This class is the weakest; it is not among the pack's example prompts."
    ),
    "few_steps": (
        "Few steps. Eight steps of the same solver (16 denoiser calls instead of 40) tell prompts apart as well as twenty (every AUROC within 0.02) and look the same on the sheet at a glance. But the Fréchet distance on NIH's adults grows by 15 % (cxr-align) and 32 % (the classifier), "
        "and pixel deviation falls by 6 to 8 %, below its bar. The rule set beforehand was within 10 % in everything, so twenty steps are the default; eight are good for a quick look. "
        "Distillation (latent consistency, `few_steps.py`) was begun and given up: about 110 steps of 16 were all that the machine had time for, its loss hardly moved (0.025 to 0.022), and its pictures were neither looked at nor measured. Guidance and its rescaling were chosen on validation with cxr-align, at eight steps. Eight steps were to be the default; the rule, applied to the figures of this card, made it twenty."
    ),
    "nearest": (
        "Looked at by eye, 64 pairs: no made film is a copy. Partners share framing and brightness; ribs, hearts and shoulders differ. About half of the adults (most are AP) are foggy, and some seven show no lungs. "
    ),
}
