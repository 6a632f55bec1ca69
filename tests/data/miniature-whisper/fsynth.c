/* fsynth VOICE STRETCH F0_MEAN: speak with flite and report the time of every token.
 *
 * stdin    lines "out.wav<TAB>text", each shorter than 4096 bytes
 * stdout   a line each: "out.wav<TAB>samples<TAB>start end token|start end token|...", times in seconds
 * VOICE    awb, rms, slt or kal16; STRETCH 1 is the voice's own speed, 2 twice as slow;
 *          F0_MEAN in Hz, 0 keeps the voice's own pitch
 * exit     2 when called wrongly
 *
 * A token is what flite finds between spaces. One without speech (a lone dash) is left out.
 *
 * gcc -O2 fsynth.c -o fsynth -lflite_cmu_us_awb -lflite_cmu_us_rms -lflite_cmu_us_slt \
 *     -lflite_cmu_us_kal16 -lflite_usenglish -lflite_cmulex -lflite -lm
 */
#include <flite/flite.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

cst_voice *register_cmu_us_awb(const char *voxdir);
cst_voice *register_cmu_us_rms(const char *voxdir);
cst_voice *register_cmu_us_slt(const char *voxdir);
cst_voice *register_cmu_us_kal16(const char *voxdir);

static cst_voice *find_voice(const char *name) {
  if (!strcmp(name, "awb")) return register_cmu_us_awb(NULL);
  if (!strcmp(name, "rms")) return register_cmu_us_rms(NULL);
  if (!strcmp(name, "slt")) return register_cmu_us_slt(NULL);
  if (!strcmp(name, "kal16")) return register_cmu_us_kal16(NULL);
  return NULL;
}

/* The first segment's start is the end of the one before it, because flite stores ends only. */
static void print_tokens(cst_utterance *utterance) {
  cst_item *token = relation_head(utt_relation(utterance, "Token"));
  for (; token; token = item_next(token)) {
    cst_item *first = item_daughter(token), *last = item_last_daughter(token);
    if (!first) continue;
    float start = ffeature_float(first, "R:SylStructure.daughter1.daughter1.R:Segment.p.end");
    float end = ffeature_float(last, "R:SylStructure.daughtern.daughtern.R:Segment.end");
    printf("%.3f %.3f %s|", start, end, item_feat_string(token, "name"));
  }
}

int main(int argc, char **argv) {
  static char line[4096];
  cst_voice *voice;

  flite_init();
  if (argc != 4 || !(voice = find_voice(argv[1]))) {
    fprintf(stderr, "usage: fsynth awb|rms|slt|kal16 STRETCH F0_MEAN < lines\n");
    return 2;
  }
  feat_set_float(voice->features, "duration_stretch", atof(argv[2]));
  if (atof(argv[3]) > 0) feat_set_float(voice->features, "int_f0_target_mean", atof(argv[3]));

  while (fgets(line, sizeof line, stdin)) {
    char *text = strchr(line, '\t');
    if (!text) continue;
    *text++ = 0;
    text[strcspn(text, "\n")] = 0;
    cst_utterance *utterance = flite_synth_text(text, voice);
    cst_wave_save_riff(utt_wave(utterance), line);
    printf("%s\t%d\t", line, utt_wave(utterance)->num_samples);
    print_tokens(utterance);
    printf("\n");
    fflush(stdout);
    delete_utterance(utterance);
  }
  return 0;
}
