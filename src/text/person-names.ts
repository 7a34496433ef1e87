/** Word lists of the look for names in a text. Short on purpose; what they miss, other cues may catch. */

/** A word as the lists have it: in small letters without accents. */
export function folded(word: string): string {
  return word.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '')
}

function words(list: string): ReadonlySet<string> {
  return new Set(folded(list).trim().split(/\s+/))
}

/** Given names that are no word of radiology, of English prose or of an eponym. */
export const GIVEN_NAMES = words(`
  aaron abdullah abigail adam adrian agnes ahmed aisha alan albert alejandro alex alexander alexandra alice alicia ali
  amanda amelia amina amit amy ana anastasia andrea andreas andrew angela anita anjali anna anne annie anthony
  antonio arthur ashley barbara beatrice benjamin bernard beth betty beverly birgit brandon brenda brian bruce bryan
  camille carl carla carlos carmen carol caroline catherine cecilia charles charlotte chen cheryl chiara chloe
  christina christine christopher cindy claire claudia craig cynthia daniel daniela danielle david deborah
  debra denise dennis derek diana diane diego dieter dmitri donald donna dorothy douglas edith eduardo edward eileen
  elena eleanor elisabeth elizabeth ellen emily emma enrique eric erik esther ethan eva evelyn fatima felipe fernando
  florence frances francesca francesco francis francisco frederick friedrich gabriel gabriela gareth gary george
  gerald gertrude gina giovanni giulia giuseppe gloria gregory guadalupe guillaume gustavo hannah hans harold harriet
  harry hassan heather hector heinrich heinz helen helena helga henrik henry hiroshi howard hussein ian ibrahim igor
  ingrid irene isabel isabella ivan jack jacob jacqueline jacques jamal james jane janet janice jasmine jason javier
  jean jeffrey jennifer jeremy jerome jerry jessica jesus joan joanna johann johannes john johnny jonathan jorge jose
  joseph joshua juan juanita judith judy julia julian julie justin karen karl katarina kate katherine kathleen kathryn
  katie keith kelly kenneth kevin khadija klaus kumar kyle larry laura lauren laurent lawrence leah leila leonard
  leslie linda lisa lorenzo lorraine louise lucia luigi luis lukas lydia magdalena marcel marcus margaret maria mariam
  marianne marilyn mario marjorie martha martin mary mateo matthew maureen megan mehmet melissa michael michelle miguel
  mildred mohamed mohammad mohammed monica monika muhammad nancy natalia natalie nathan nicholas nicola nicolas nicole
  nikolai noah nora norma oliver olivia olga omar oscar pablo pamela patricia patrick paul paula pauline pedro peggy
  peter philip phillip phyllis priya rachel rafael rahul ralph ramon raymond rebecca renate ricardo richard robert
  roberto roger ronald rosa rosemary roy russell ruth ryan sabine samantha samuel sandra sanjay sara sarah sebastian
  sergei sergio sharon sheila shirley simon sofia sophia sophie stefan stephanie stephen steven stuart susan susanne
  suzanne svetlana sylvia takashi tamara tatiana teresa theodore theresa thomas tiffany timothy todd tracy tyler ursula
  valentina valerie vanessa veronica vicente victor victoria vincent virginia vladimir walter wanda wayne wei werner
  wilhelm william wolfgang xavier yasmin yusuf yuki yvonne zachary zoe
`)

/** None that is a word of its own: "patient White" may go on with "female". */
export const SURNAMES = words(`
  adams ahmed ali allen alvarez anderson andersson bailey baker bauer becker bennett brooks butler campbell
  carter castillo chavez chen clark collins cooper cox cruz davies davis diaz dubois edwards evans fernandez fischer
  fisher flores garcia gomez gonzales gonzalez gupta gutierrez hansen harris hernandez hoffmann
  howard hughes ivanov jackson jenkins jensen jimenez johansson johnson jones kaur kelly khan kim koch kumar
  lee lewis li lopez martin martinez mendoza meyer miller mitchell moore morales morgan morris müller murphy
  myers nelson nguyen nielsen novak ortiz parker patel perez peterson phillips popov ramirez ramos reyes
  richards richardson richter rivera roberts robinson rodriguez rogers ross rossi ruiz russo sanchez sanders santos
  schmidt schneider schröder schulz scott sharma silva singh smith stewart sullivan tanaka taylor thomas
  thompson torres tran turner wagner walker wang watson williams wilson wright yamamoto yang
  zhang doe
`)

/** A capitalized word before one of these is an eponym. */
export const EPONYM_NOUNS = words(`
  aneurysm angle anomaly aorta artefact artifact bodies body bronchus catheter catheters cell cells cirrhosis clamp
  classification complex criteria cyst disease diseases drain duct dysplasia effect fascia fibrosis fissure focus
  foramen fracture fractures hernia hernias hump index island knob lesion lesions ligament line lines
  murmur muscle node nodes nodule nodules operation opacity pacemaker palsy phenomenon   port procedure recess repair rod rods score septum shunt sign signs sinus spot stage staging stent
  stripe syndrome syndromes system tetralogy tracheostomy triad triangle tube tubes tumor tumors tumour
  tumours valve valves view zone zones
`)

/** Words that stand with a capital in headings and sentences and are nobody's name. */
export const PLAIN_WORDS = words(`
  a an and ap are as at axial bilateral both by cardiac catheter chest clear clinical comparison consistent contrast
  costophrenic ct cxr de dr evidence exam examination film findings frontal for from has have heart history hospital
  icu image imaging impression in indication inpatient intensive is its large lateral left lower lobe lordotic lung lungs
  male female man woman mass middle mild moderate mr multiple new no normal not old of on or outpatient pa patchy
  patient patients pediatric pleural pneumonia portable prior radiograph radiography right rotated said semi semierect
  aspergillus klebsiella mycobacterium pneumocystis streptococcus severe shows single small staphylococcus status study subtle supine the there this to unit upper upright upright
  views was were with without xray year years
`)
